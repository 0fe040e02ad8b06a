/** The provider of ClientCertificate. It must handle the state of every earlier version. */
import { assignRole } from "../azure/resource-manager";
import type { CloudChoice } from "../config/clouds";
import { type CertificateFacts, factsOf, findOrMake } from "../credential/client-certificate";
import { revokedTag } from "../token/tags";
import { isCertificateName, isCertificateVersion, referenceTo } from "../credential/credential-record";
import { type AwaitedVault, onceRoleActs } from "../token/vault-wait";
import { byPerson, Failure, present } from "../errors/failure";
import type { Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { cleanly } from "./failures";
import { disabling, ofVault, requireOwn, vaultOf } from "./in-vault";

interface Inputs extends CloudChoice, AwaitedVault {
  certificateName: string;
  generation: number;
  validityMonths: number;
  /** The stack that it belongs to, as in the tags of tokens. */
  stack: string;
  /** The required value: if a refresh finds it disabled, the engine shows a change of this input. */
  enabled: boolean;
}

interface Made {
  version: string;
  reference: string;
  cer: string;
  notBefore: string;
  notAfter: string;
}

type Outputs = Inputs & Made;

/**
 * The vault of a certificate that a stack made. Without a version, or with another spelling of it, a request would
 * reach another resource's version. @throws Failure if the state names anything else
 */
function vaultWith({ version, ...names }: Inputs & Partial<Made>): Vault {
  const { certificateName: name, vaultUri } = names;
  requireOwn(isCertificateName(name), `certificate ${name}`, vaultUri);
  if (version !== undefined)
    requireOwn(isCertificateVersion(`${name}/${version}`), `version "${version}" of certificate ${name}`, vaultUri);
  return vaultOf(names);
}

const madeOf = (certificateName: string, { version, thumbprint, ...facts }: CertificateFacts): Made => ({
  version,
  reference: referenceTo({ name: certificateName, version, thumbprint }),
  ...facts,
});

/** Uses an interrupted run's version, recovers a deleted certificate, or creates a version. */
export const create = cleanly(async (inputs: Inputs): Promise<{ id: string; outs: Outputs }> => {
  const vault = vaultWith(inputs);
  const made = await onceRoleActs(inputs, () => findOrMake(vault, inputs));
  const id = `${vault.uri}/certificates/${inputs.certificateName}`;
  return { id, outs: { ...inputs, ...madeOf(inputs.certificateName, made) } };
}, explained);

/** Enables the version again; nothing else changes. As read(), returns the vault's certificate, not the state's. */
export const update = cleanly(async (_id: string, { version }: Outputs, news: Inputs): Promise<{ outs: Outputs }> => {
  const { uri, certificates } = vaultWith({ ...news, version });
  const { certificateName: name } = news;
  await certificates.update(name, version, { enabled: true });
  const found = await certificates.find(name, version);
  const certificate = present(found, `The certificate ${name} in ${uri} disappeared at once.`);
  return { outs: { ...news, ...madeOf(name, factsOf(certificate)) } };
}, explained);

/**
 * The resource is gone if its certificate is gone or revoked: the next `up` creates another. The application gets
 * the certificate from this result, so that is the vault's, not the state's.
 */
export const read = ofVault(async (id: string, outputs: Outputs) => {
  const certificate = await vaultWith(outputs).certificates.find(outputs.certificateName, outputs.version);
  if (certificate === undefined || certificate.tags[revokedTag] !== undefined) return { id: "", props: {} };
  const made = madeOf(outputs.certificateName, factsOf(certificate));
  if (certificate.enabled) return { id, props: { ...outputs, ...made } };
  const inputs = Object.fromEntries(Object.entries(outputs).filter(([name]) => !(name in made)));
  const seen = { ...inputs, enabled: false };
  return { id, props: { ...seen, ...made }, inputs: seen };
});

/** Disables the version: its key then signs nothing, and it can be enabled again. */
export const remove = disabling(
  "The client certificate may still be enabled in the vault; no application trusts it.",
  async (outputs: Outputs) => {
    await vaultWith(outputs).certificates.update(outputs.certificateName, outputs.version, { enabled: false });
  },
);

export { remove as delete };

/** Adds the fix to a refusal for lack of the certificates role, which the vault's own error does not have. */
function explained(error: unknown): unknown {
  if (!(error instanceof VaultError) || error.reason !== "no-role") return error;
  return new Failure(error.code, { what: error.what, why: error.why, fixes: [officer] });
}

const officer = byPerson(
  "Somebody who may assign roles lets the deployer create certificates; it takes up to 15 minutes to take effect",
  assignRole("Key Vault Certificates Officer", "<object id>", "<vault id>"),
);
