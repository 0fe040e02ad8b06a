/** The provider of ClientCertificate, in the engine's provider process. All code here must handle the state of every earlier version. */
import { assignRole } from "../azure/resource-manager";
import { CredentialError } from "../azure/credential-error";
import { retry } from "../azure/retry";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { findOrMake, revokedTag } from "../consent/client-certificate";
import { certificateReference } from "../consent/credential-reference";
import { vaultWait } from "../consent/vault-wait";
import { byPerson, Failure } from "../errors/failure";
import { Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { cleanError, isVaultClosed } from "./failures";

interface Inputs extends CloudChoice {
  vaultUri: string;
  certificateName: string;
  label: string;
  validityMonths: number;
  /** The stack that it belongs to, as in the tags of tokens. */
  stack: string;
  /** The required value: if a refresh finds it disabled, the engine shows a change of this input. */
  enabled: boolean;
  providerVersion: string;
  __provider: string;
}

interface Outputs extends Inputs {
  version: string;
  reference: string;
  cer: string;
  notBefore: string;
  notAfter: string;
}

/** Uses what an interrupted run created, recovers what was soft-deleted, or creates another version in the vault. Waits for new roles. */
export async function create(inputs: Inputs): Promise<{ id: string; outs: Outputs }> {
  try {
    const vault = vaultOf(inputs);
    const made = await retry(vaultWait(vault.uri), () => findOrMake(vault, inputs));
    const { version, thumbprint, cer, notBefore, notAfter } = made;
    const reference = certificateReference({ name: inputs.certificateName, version, thumbprint });
    const id = `${vault.uri}/certificates/${inputs.certificateName}`;
    return { id, outs: { ...inputs, version, reference, cer, notBefore, notAfter } };
  } catch (error) {
    throw cleanError(explained(error));
  }
}

/** Enables it again; nothing else of a certificate changes. */
export async function update(_id: string, olds: Outputs, news: Inputs): Promise<{ outs: Outputs }> {
  const { version, reference, cer, notBefore, notAfter } = olds;
  const outs = { ...news, version, reference, cer, notBefore, notAfter };
  try {
    await vaultOf(outs).certificates.update(outs.certificateName, version, { enabled: true });
    return { outs };
  } catch (error) {
    throw cleanError(explained(error));
  }
}

/** If it is gone, or revoked, the resource is gone: the next `up` creates another. A vault that cannot be read does not prevent a repair. */
export async function read(id: string, outputs: Outputs): Promise<{ id: string; props: object; inputs?: object }> {
  try {
    const found = await vaultOf(outputs).certificates.find(outputs.certificateName, outputs.version);
    if (found === undefined || found.tags[revokedTag] !== undefined) return { id: "", props: {} };
    const { version, reference, cer, notBefore, notAfter, ...inputs } = outputs;
    if (found.enabled) return { id, props: outputs };
    const seen = { ...inputs, enabled: false };
    return { id, props: { ...seen, version, reference, cer, notBefore, notAfter }, inputs: seen };
  } catch (error) {
    if (isVaultClosed(error)) return { id, props: outputs };
    throw cleanError(error);
  }
}

/**
 * Disables the version: its key then signs nothing, and it can be enabled again. A vault that is gone or not accessible does not prevent a
 * destroy.
 */
export async function remove(_id: string, outputs: Outputs): Promise<void> {
  try {
    await vaultOf(outputs).certificates.update(outputs.certificateName, outputs.version, { enabled: false });
  } catch (error) {
    if (!isVaultClosed(error)) throw cleanError(error);
    if (error instanceof CredentialError || error.reason !== "not-found")
      console.error(
        `The client certificate may still be enabled in the vault; no application trusts it. ${error.message}`,
      );
  }
}

export { remove as delete };

function vaultOf({ cloud, endpoints, vaultUri }: Inputs): Vault {
  return new Vault(cloudOf(cloud, endpoints), vaultUri);
}

/** Adds a fix: the refusal alone contains none. */
function explained(error: unknown): unknown {
  if (!(error instanceof VaultError) || error.reason !== "no-role") return error;
  return new Failure(error.code, { what: error.what, why: error.why, fixes: [officer] });
}

const officer = byPerson(
  "Whoever may assign roles lets the deployer make certificates; it takes up to 15 minutes to take effect",
  assignRole("Key Vault Certificates Officer", "<object id>", "<vault id>"),
);
