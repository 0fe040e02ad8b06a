/** The application's credential, as its record in the vault has it: a client secret, or a certificate whose key signs. */
import { assignRole } from "../azure/resource-manager";
import { retry } from "../azure/retry";
import { type Cloud, vaultNameIn } from "../config/clouds";
import { az, byPerson, type Fix, kindOf, pulumi, run } from "../errors/failure";
import { EntraError } from "../oauth/aadsts";
import type { ApplicationCredential } from "../oauth/confidential-client";
import { redeemRefreshToken, type Tokens } from "../oauth/refresh-token";
import { now } from "../startup/clock";
import { markClientSecret, putClientSecret } from "../vault/existing";
import type { Vault } from "../vault/secrets";
import { refusedOr, VaultError, type VaultReason } from "../vault/vault-error";
import { assertionsOf } from "./client-assertion";
import {
  type CertificateReference,
  isCredential,
  isRecordName,
  keyOf,
  credentialKindOf,
  parseReference,
} from "./credential-record";

export interface Client {
  cloud: Cloud;
  /** The partner tenant, GUID. */
  tenantId: string;
  clientId: string;
}

/** The vault does not give out the client secret, or the certificate's key does not sign: a new consent does not repair that. */
export class CredentialUnusableError extends kindOf("credential-unusable") {}

/** For memory only. */
interface Held {
  application: ApplicationCredential;
  key: string;
}

/** Entra's codes for a credential that it does not have (yet, or any more), or that has expired. */
const refusals: readonly (number | undefined)[] = [7000215, 7000222, 700027];

/** Milliseconds until every server of Entra has a new credential. */
const replicationMilliseconds = 2 * 60_000;

export const isRefused = (error: unknown): boolean => error instanceof EntraError && refusals.includes(error.aadsts);

/** Whether another generation may work: the vault does not give out this credential, or Entra does not accept it. */
const isOfCredential = (error: unknown): boolean =>
  isRefused(error) ||
  error instanceof CredentialUnusableError ||
  (error instanceof VaultError && error.reason === "no-role");

/**
 * Uses the newest version of the record. If Entra or the vault refuses it, the newest enabled version of another key
 * is tried once: during a rotation one of the two is valid. The credential that worked is kept until it is refused.
 */
export class RecordedCredential {
  #held: Promise<Held> | undefined;

  /** @param name of the record, or of somebody else's client secret @param source of the name, for errors */
  constructor(
    private readonly client: Client,
    private readonly vault: Vault,
    readonly name: string,
    private readonly source = "",
  ) {}

  /** Begins to read the credential while the caller does something else. */
  begin(): this {
    this.#held ??= this.#read();
    this.#held.catch(() => undefined);
    return this;
  }

  /** @throws the first refusal; CredentialUnusableError, VaultError */
  async use<T>(attempt: (application: ApplicationCredential) => Promise<T>): Promise<T> {
    let tried: Held | undefined;
    try {
      tried = await (this.#held ??= this.#read());
      return await attempt(tried.application);
    } catch (error) {
      if (tried === undefined || isOfCredential(error)) this.#held = undefined;
      if (!isOfCredential(error)) throw error;
      const other = await this.#other(tried?.key);
      if (other === undefined) throw this.#refused(error);
      const result = await attempt(other.application).catch((second: unknown) => {
        throw isOfCredential(second) ? this.#refused(error) : second;
      });
      this.#held = Promise.resolve(other);
      return result;
    }
  }

  /** Retries while it may be new, as a stack's first has no fallback. A refusal uses up no code or token. */
  async useOnceReplicated<T>(attempt: (application: ApplicationCredential) => Promise<T>): Promise<T> {
    const waitsFor = "the credential to take effect in Entra, which may be new";
    const deadline = now() + replicationMilliseconds;
    return await retry({ waitsFor, deadline, isRetryable: isRefused }, () => this.use(attempt));
  }

  async #read(version?: string): Promise<Held> {
    const { cloud, tenantId, clientId } = this.client;
    const { name, vault } = this;
    const read = await vault.read(name, version).catch(async (error: unknown) => {
      throw await this.#unread(error);
    });
    if (!isCredential(name, read))
      throw new CredentialUnusableError(
        {
          what: `The secret ${name}${this.source} in ${vault.uri} is not marked as a client secret, and was not sent anywhere.`,
          why: "Everyone who can write to the vault can set a token's tags.",
        },
        markClientSecret(vault.uri, name),
      );
    const key = keyOf(read);
    if (credentialKindOf(read) === "secret")
      return { application: { tenantId, clientId, clientSecret: read.value }, key };
    const certificate = parseReference(read.value);
    if (certificate === undefined)
      throw new CredentialUnusableError(
        `The credential ${name}${this.source} in ${vault.uri} names no certificate.`,
        repair,
      );
    const clientAssertion = assertionsOf(certificate, (digest) =>
      vault.certificates.sign(certificate.name, certificate.version, digest).catch((error: unknown) => {
        throw unsigned(error, vault, certificate);
      }),
    );
    // Signs once, for the endpoint of redemptions: a key that cannot sign is found before a sign-in begins.
    await clientAssertion({ clientId, tokenEndpoint: `${cloud.authority}/${tenantId}/oauth2/v2.0/token` });
    return { application: { tenantId, clientId, clientAssertion }, key };
  }

  /** @param tried the key that was refused; default: the newest version's, which could not be read */
  async #other(tried: string | undefined): Promise<Held | undefined> {
    const versions = await refusedOr(this.vault.listVersions(this.name));
    if (versions instanceof VaultError || versions[0] === undefined) return undefined;
    const key = tried ?? keyOf(versions[0]);
    const other = versions.find((one) => one.enabled && keyOf(one) !== key);
    if (other === undefined) return undefined;
    return await this.#read(other.version).catch((error: unknown) => {
      if (isOfCredential(error)) return undefined;
      throw error;
    });
  }

  /** The refusal with its fix: no stack creates or rotates a client secret that somebody else keeps. */
  #refused(error: unknown): unknown {
    if (!(error instanceof EntraError) || isRecordName(this.name)) return error;
    const { error: said, aadsts, remedy, what, why } = error;
    const put = putClientSecret(this.name, vaultNameIn(this.vault.uri));
    return new EntraError(said, aadsts, remedy, { what, why, fixes: [put] });
  }

  async #unread(error: unknown): Promise<unknown> {
    const { name, source, vault } = this;
    if (!(error instanceof VaultError) || !gone.includes(error.reason)) return error;
    const isDisabled = error.reason === "disabled";
    return new CredentialUnusableError({
      what: `The credential ${name}${source} is ${isDisabled ? "disabled" : "not there"} in ${vault.uri}.`,
      why: "Consent would not help.",
      fixes: [...(await recoveryFixes(vault, name, isDisabled)), repair],
    });
  }
}

const gone: readonly VaultReason[] = ["not-found", "deleted", "disabled"];

/** The fix for a lost credential: the record's provider stores it again, or the program creates a new credential. */
const repair = run("Have the stack that made it put it back", pulumi("up"));

async function recoveryFixes(vault: Vault, name: string, isDisabled: boolean): Promise<readonly Fix[]> {
  const { uri } = vault;
  const id = `${uri}/secrets/${name}`;
  if (isDisabled)
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

function unsigned(error: unknown, { uri }: Vault, { name, version }: CertificateReference): unknown {
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
  return new CredentialUnusableError({
    what: `The key of client certificate ${name}, version ${version}, ${state} in ${uri}.`,
    why: "Consent would not help.",
    fixes: error.reason === "disabled" ? [enable, repair] : [repair],
  });
}

const letSign = (uri: string, name: string): Fix =>
  byPerson(
    "Somebody who may assign roles lets this identity sign with that key; it takes up to 15 minutes to take effect",
    az("keyvault", "show", "--name", vaultNameIn(uri), "--query", "id", "--output", "tsv"),
    assignRole("Key Vault Crypto User", "<object id>", `<vault id>/keys/${name}`),
  );

/** Redeems a refresh token for Partner Center, with a credential that may be new. */
export async function redeem(cloud: Cloud, credential: RecordedCredential, refreshToken: string): Promise<Tokens> {
  return await credential.useOnceReplicated((application) =>
    redeemRefreshToken(cloud, application, refreshToken, cloud.partnerCenter),
  );
}
