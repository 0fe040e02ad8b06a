/** What VaultSecret does, in the engine's provider process. The value goes into the vault and is in nothing that is returned. */
import { CredentialError } from "../azure/credential-error";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { type SecretVersion, Vault } from "../vault/secrets";
import { cleanError, isVaultClosed } from "./failures";

interface Names extends CloudChoice {
  vaultUri: string;
  secretName: string;
  contentType: string;
  expiresOn: string;
}

type Inputs = Names & { value: string };
/** With the version that this stack stored. */
type Outputs = Names & { version: string };

export async function create(inputs: Inputs): Promise<{ id: string; outs: Outputs }> {
  const id = `${inputs.vaultUri.replace(/\/$/u, "")}/secrets/${inputs.secretName}`;
  return { id, outs: await store(inputs) };
}

/** Another value, type or end is another version; the older one stays as it is, as it may be in use. */
export async function update(_id: string, _olds: Outputs, news: Inputs): Promise<{ outs: Outputs }> {
  return { outs: await store(news) };
}

/**
 * What somebody did to the version shows as a change of the inputs, by its name, and an update stores the value again. No value is read:
 * the inputs are without it then. A vault that cannot be read blocks no repair.
 */
export async function read(id: string, outputs: Outputs): Promise<{ id: string; props: object; inputs?: object }> {
  try {
    const versions = await vaultOf(outputs).listVersions(outputs.secretName);
    const own = versions.find(({ version }) => version === outputs.version);
    if (own === undefined) return { id: "", props: {} };
    const changes = changesTo(own, versions, outputs);
    if (Object.keys(changes).length === 0) return { id, props: outputs };
    const names = Object.fromEntries(Object.entries(outputs).filter(([name]) => name !== "version"));
    return { id, props: outputs, inputs: { ...names, ...changes } };
  } catch (error) {
    if (isVaultClosed(error)) return { id, props: outputs };
    throw cleanError(error);
  }
}

/** @param versions all of them, newest first: whoever asks for the secret gets the newest */
function changesTo(own: SecretVersion, versions: readonly SecretVersion[], { expiresOn }: Names): object {
  const [newest = own] = versions;
  const isOver = newest.createdOn.getTime() > own.createdOn.getTime();
  const hasItsEnd = own.expiresOn !== undefined && secondsOf(own.expiresOn) === secondsOf(new Date(expiresOn));
  return {
    ...(own.enabled ? {} : { enabled: false }),
    ...(hasItsEnd ? {} : { expiresOn: own.expiresOn?.toISOString().replace(".000Z", "Z") ?? "" }),
    ...(isOver ? { overwrittenBy: newest.version } : {}),
  };
}

/** A vault keeps no fractions. */
const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000);

/** Disables the version; nothing in a vault is ever deleted. A vault that is gone, or closed to us, never blocks a destroy. */
export async function remove(_id: string, outputs: Outputs): Promise<void> {
  try {
    await vaultOf(outputs).disable(outputs.secretName, outputs.version);
  } catch (error) {
    if (!isVaultClosed(error)) throw cleanError(error);
    if (error instanceof CredentialError || error.reason !== "not-found")
      console.error(`The client secret may still be enabled in the vault. ${error.message}`);
  }
}

export { remove as delete };

async function store({ value, ...names }: Inputs): Promise<Outputs> {
  const { secretName, contentType, expiresOn } = names;
  const secret = { value, contentType, expiresOn: new Date(expiresOn), tags: {} };
  return { ...names, version: await vaultOf(names).store(secretName, secret) };
}

function vaultOf({ cloud, endpoints, vaultUri }: Names): Vault {
  return new Vault(cloudOf(cloud, endpoints), vaultUri);
}
