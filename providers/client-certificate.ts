/** What ClientCertificate does, in the engine's provider process. Everything here must handle the state of every earlier version. */
import { assignRole } from "../azure/resource-manager";
import { CredentialError } from "../azure/credential-error";
import { retry } from "../azure/retry";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { findOrMake } from "../consent/client-certificate";
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
  /** Whose it is, as the tags of tokens name it. */
  stack: string;
  /** What is wanted: a refresh that finds it disabled shows as a change of this input. */
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

/** Takes up what a killed run made, brings back what was soft-deleted, or has the vault make another version. Roles may be on their way. */
export async function create(inputs: Inputs): Promise<{ id: string; outs: Outputs }> {
  try {
    const vault = vaultOf(inputs);
    const made = await retry(vaultWait(vault.uri), () => findOrMake(vault.certificates, vault.uri, inputs));
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

/** One that is gone is no resource: the next `up` makes another. A vault that cannot be read blocks no repair. */
export async function read(id: string, outputs: Outputs): Promise<{ id: string; props: object; inputs?: object }> {
  try {
    const found = await vaultOf(outputs).certificates.find(outputs.certificateName, outputs.version);
    if (found === undefined) return { id: "", props: {} };
    const { version, reference, cer, notBefore, notAfter, ...inputs } = outputs;
    if (found.enabled) return { id, props: outputs };
    const seen = { ...inputs, enabled: false };
    return { id, props: { ...seen, version, reference, cer, notBefore, notAfter }, inputs: seen };
  } catch (error) {
    if (isVaultClosed(error)) return { id, props: outputs };
    throw cleanError(error);
  }
}

/** Disables the version: its key signs nothing then, and it can be enabled again. A vault that is gone, or closed to us, never blocks a destroy. */
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

/** A refusal alone names no way out. */
function explained(error: unknown): unknown {
  if (!(error instanceof VaultError) || error.reason !== "no-role") return error;
  return new Failure(error.code, { what: error.what, why: error.why, fixes: [officer] });
}

const officer = byPerson(
  "Whoever may assign roles lets the deployer make certificates; it takes up to 15 minutes to take effect",
  assignRole("Key Vault Certificates Officer", "<object id>", "<vault id>"),
);
