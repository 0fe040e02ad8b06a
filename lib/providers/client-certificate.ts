/** The provider of ClientCertificate. It must handle the state of every earlier version. */
import { assignRole } from "../azure/resource-manager";
import type { CloudChoice } from "../config/clouds";
import { findOrMake } from "../credential/client-certificate";
import { revokedTag } from "../token/tags";
import { isCertificateName, referenceTo } from "../credential/credential-record";
import { type AwaitedVault, onceRoleActs } from "../token/vault-wait";
import { byPerson, Failure } from "../errors/failure";
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

interface Outputs extends Inputs {
  version: string;
  reference: string;
  cer: string;
  notBefore: string;
  notAfter: string;
}

/** The vault of a certificate that a stack made. @throws Failure if the state names any other certificate */
function vaultWith(names: Pick<Inputs, keyof CloudChoice | "vaultUri" | "certificateName">): Vault {
  requireOwn(isCertificateName(names.certificateName), `certificate ${names.certificateName}`, names.vaultUri);
  return vaultOf(names);
}

/** Uses an interrupted run's version, recovers a deleted certificate, or creates a version. */
export const create = cleanly(async (inputs: Inputs): Promise<{ id: string; outs: Outputs }> => {
  const vault = vaultWith(inputs);
  const made = await onceRoleActs(inputs, () => findOrMake(vault, inputs));
  const { version, thumbprint, cer, notBefore, notAfter } = made;
  const reference = referenceTo({ name: inputs.certificateName, version, thumbprint });
  const id = `${vault.uri}/certificates/${inputs.certificateName}`;
  return { id, outs: { ...inputs, version, reference, cer, notBefore, notAfter } };
}, explained);

/** Enables it again; nothing else of a certificate changes. */
export const update = cleanly(async (_id: string, olds: Outputs, news: Inputs): Promise<{ outs: Outputs }> => {
  const { version, reference, cer, notBefore, notAfter } = olds;
  await vaultWith(news).certificates.update(news.certificateName, version, { enabled: true });
  return { outs: { ...news, version, reference, cer, notBefore, notAfter } };
}, explained);

/** The resource is gone if its certificate is gone or revoked: the next `up` creates another. */
export const read = ofVault(async (id: string, outputs: Outputs) => {
  const certificate = await vaultWith(outputs).certificates.find(outputs.certificateName, outputs.version);
  if (certificate === undefined || certificate.tags[revokedTag] !== undefined) return { id: "", props: {} };
  if (certificate.enabled) return { id, props: outputs };
  const { version, reference, cer, notBefore, notAfter, ...inputs } = outputs;
  const seen = { ...inputs, enabled: false };
  return { id, props: { ...seen, version, reference, cer, notBefore, notAfter }, inputs: seen };
});

/** Disables the version: its key then signs nothing, and it can be enabled again. */
export const remove = disabling(
  "The client certificate may still be enabled in the vault; no application trusts it.",
  async (outputs: Outputs) => {
    await vaultWith(outputs).certificates.update(outputs.certificateName, outputs.version, { enabled: false });
  },
);

export { remove as delete };

/** Adds the fix to a refusal for lack of the certificates role: the vault's own error has none. */
function explained(error: unknown): unknown {
  if (!(error instanceof VaultError) || error.reason !== "no-role") return error;
  return new Failure(error.code, { what: error.what, why: error.why, fixes: [officer] });
}

const officer = byPerson(
  "Somebody who may assign roles lets the deployer create certificates; it takes up to 15 minutes to take effect",
  assignRole("Key Vault Certificates Officer", "<object id>", "<vault id>"),
);
