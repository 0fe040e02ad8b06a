/** The provider of VaultSecret. The value goes into the vault and is not part of any result. */
import type { CloudChoice } from "../config/clouds";
import { type AwaitedVault, onceRoleActs } from "../consent/vault-wait";
import type { SecretVersion } from "../vault/secrets";
import { disabling, ofVault, vaultOf } from "./in-vault";

interface Names extends CloudChoice, AwaitedVault {
  secretName: string;
  contentType: string;
  expiresOn: string;
}

type Inputs = Names & { value: string };
/** With the version that this stack stored. */
type Outputs = Omit<Inputs, "value"> & { version: string };

export async function create(inputs: Inputs): Promise<{ id: string; outs: Outputs }> {
  const id = `${inputs.vaultUri.replace(/\/$/u, "")}/secrets/${inputs.secretName}`;
  return { id, outs: await store(inputs) };
}

/** Stores another version: the older one may be in use. */
export async function update(_id: string, _olds: Outputs, news: Inputs): Promise<{ outs: Outputs }> {
  return { outs: await store(news) };
}

/** What somebody changed shows by its name, and an update stores the value again, as no input has it. */
export const read = ofVault(async (id: string, outputs: Outputs) => {
  const versions = await vaultOf(outputs).listVersions(outputs.secretName);
  const own = versions.find(({ version }) => version === outputs.version);
  if (own === undefined) return { id: "", props: {} };
  const changes = changesTo(own, versions, outputs);
  if (Object.keys(changes).length === 0) return { id, props: outputs };
  const { version: _version, ...names } = outputs;
  return { id, props: outputs, inputs: { ...names, ...changes } };
});

/** @param versions all of them, newest first: consumers get the newest */
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

/** A vault stores whole seconds. */
const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000);

/** Disables the version; nothing in a vault is ever deleted. */
export const remove = disabling("The client secret may still be enabled in the vault.", async (outputs: Outputs) => {
  await vaultOf(outputs).disable(outputs.secretName, outputs.version);
});

export { remove as delete };

async function store({ value, ...names }: Inputs): Promise<Outputs> {
  const { secretName, contentType, expiresOn } = names;
  const secret = { value, contentType, expiresOn: new Date(expiresOn), tags: {} };
  const vault = vaultOf(names);
  return { ...names, version: await onceRoleActs(names, () => vault.store(secretName, secret)) };
}
