/** What a token is redeemed with: a client secret from the vault, or an assertion by a certificate's key. */
import { assignRole } from "../azure/resource-manager";
import { retry } from "../azure/retry";
import { type Cloud, vaultNameIn } from "../config/clouds";
import { az, byPerson, type Fix, pulumi, run, setSetting } from "../errors/failure";
import { EntraError } from "../oauth/aadsts";
import type { ApplicationCredential, Proof } from "../oauth/confidential-client";
import { redeemRefreshToken, type Tokens } from "../oauth/refresh-token";
import { now } from "../startup/clock";
import type { Vault } from "../vault/secrets";
import { VaultError, type VaultReason } from "../vault/vault-error";
import { assertionsOf } from "./client-assertion";
import { type CertificateReference, parseReference } from "./credential-reference";
import { ClientCertificateError, ClientSecretError, findOutWho, ForeignTokenError } from "./errors";
import { refusedOr } from "./health";
import type { Client } from "./target";

/**
 * A problem of the credential shows here, before a sign-in starts; the assertion serves later requests.
 * @param source of the reference; "" if it was given @returns the application with its proof, for memory only
 * @throws ClientSecretError, ClientCertificateError, VaultError; ForeignTokenError for another reference
 */
export async function credentialOf(
  { cloud, tenantId, clientId }: Client,
  vault: Vault,
  reference: string,
  source = "",
): Promise<ApplicationCredential> {
  const found = parseReference(reference);
  if (found === undefined)
    throw new ForeignTokenError(`${JSON.stringify(reference)}${source} names no credential.`, findOutWho);
  if (found.kind === "secret")
    return { tenantId, clientId, clientSecret: await readClientSecret(vault, found.name, source) };
  const clientAssertion = assertionsOf(found, (digest) =>
    vault.certificates.sign(found.name, found.version, digest).catch((error: unknown) => {
      throw explained(error, vault, found, source);
    }),
  );
  // The usual endpoint, which a redemption asks.
  await clientAssertion({ clientId, tokenEndpoint: `${cloud.authority}/${tenantId}/oauth2/v2.0/token` });
  return { tenantId, clientId, clientAssertion };
}

/** A missing or disabled one must be rotated; every other refusal is passed on unchanged. */
async function readClientSecret(vault: Vault, name: string, source: string): Promise<string> {
  try {
    return (await vault.read(name)).value;
  } catch (error) {
    const gone = error instanceof VaultError && ["not-found", "deleted", "disabled"].includes(error.reason);
    if (!gone) throw error;
    throw new ClientSecretError({
      what: `The client secret ${name}${source} is ${error.reason === "disabled" ? "disabled" : "not there"} in ${vault.uri}.`,
      why: "Consent would not help.",
      fixes: [
        ...(await recoveryFixes(vault, name, error.reason)),
        // Without a refresh, because the engine fails when it cannot read a secret.
        run("If it cannot be recovered, rotate it", setSetting("credential.label", "<new label>"), pulumi("up")),
      ],
    });
  }
}

async function recoveryFixes(vault: Vault, name: string, reason: VaultReason): Promise<readonly Fix[]> {
  const { uri } = vault;
  const id = `${uri}/secrets/${name}`;
  if (reason === "disabled")
    return [run("Enable it", az("keyvault", "secret", "set-attributes", "--id", id, "--enabled", "true"))];
  // Reading a deleted secret fails as if it had never existed; not every reader may list deleted ones.
  const isDeleted = (await refusedOr(vault.isDeleted(name))) === true;
  const recover = az("keyvault", "secret", "recover", "--id", `${uri}/deletedsecrets/${name}`);
  return isDeleted ? [run("Recover it", recover)] : [];
}

/** Why a key cannot sign, by the vault's reason; every other refusal is passed on unchanged. */
const states: Readonly<Record<string, string>> = {
  disabled: "is disabled",
  expired: "has ended",
  "not-found": "is not there",
  deleted: "is not there",
};

function explained(error: unknown, { uri }: Vault, { name, version }: CertificateReference, source: string): unknown {
  if (!(error instanceof VaultError)) return error;
  if (error.reason === "no-role") {
    const { what, why } = error;
    return new VaultError("no-role", { what, why, fixes: [letSign(uri, name)] });
  }
  const state = states[error.reason];
  if (state === undefined) return error;
  const id = `${uri}/certificates/${name}/${version}`;
  const enable = byPerson(
    "Find out who disabled it; then enable it",
    az("keyvault", "certificate", "set-attributes", "--id", id, "--enabled", "true"),
  );
  const makeAnother = run("Repair the certificate, or create another one", pulumi("up"));
  return new ClientCertificateError({
    what: `The key of client certificate ${name}, version ${version}${source} ${state} in ${uri}.`,
    why: "Consent would not help.",
    fixes: error.reason === "disabled" ? [enable, makeAnother] : [makeAnother],
  });
}

const letSign = (uri: string, name: string): Fix =>
  byPerson(
    "Somebody who may assign roles lets this identity sign with that key; it takes up to 15 minutes to take effect",
    az("keyvault", "show", "--name", vaultNameIn(uri), "--query", "id", "--output", "tsv"),
    assignRole("Key Vault Crypto User", "<object id>", `<vault id>/keys/${name}`),
  );

/** Milliseconds until every server of Entra has a new credential. */
const replicationMilliseconds = 2 * 60_000;

/** Entra's codes for a secret or a key that is not registered. */
const unknownToEntra: readonly (number | undefined)[] = [7000215, 700027];

/** Retries failures that a new credential may cause; a refusal uses up neither the code nor the token. */
export async function onceCredentialReplicated<T>(credential: Proof, attempt: () => Promise<T>): Promise<T> {
  const isRetryable = (error: unknown) => error instanceof EntraError && unknownToEntra.includes(error.aadsts);
  const noun = "clientSecret" in credential ? "client secret" : "client certificate";
  const waitsFor = `the ${noun} to take effect in Entra, which may be new`;
  return await retry({ waitsFor, deadline: now() + replicationMilliseconds, isRetryable }, attempt);
}

/** Redeems a refresh token for Partner Center, with a credential that may be new. */
export async function redeem(cloud: Cloud, application: ApplicationCredential, refreshToken: string): Promise<Tokens> {
  return await onceCredentialReplicated(application, () =>
    redeemRefreshToken(cloud, application, refreshToken, cloud.partnerCenter),
  );
}
