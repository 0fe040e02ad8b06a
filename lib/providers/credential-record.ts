/** The provider of CredentialRecord. A client secret goes into the vault and is not part of any result. */
import { type CloudChoice, cloudOf } from "../config/clouds";
import type { Generation } from "../config/limits";
import { askedIn } from "../config/own-variables";
import { assertionsOf } from "../credential/client-assertion";
import { disableUnrecorded } from "../credential/client-certificate";
import {
  certificateTag,
  certificateText,
  type CertificateReference,
  generationTag,
  isRecordName,
  keyOf,
  keyTag,
  parseReference,
  recordTypes,
} from "../credential/credential-record";
import { refusedOr } from "../vault/vault-error";
import { proveCredential } from "../credential/prove-credential";
import { type AwaitedVault, onceRoleActs } from "../token/vault-wait";
import type { ApplicationCredential } from "../oauth/confidential-client";
import type { SecretVersion, Vault } from "../vault/secrets";
import { cleanly } from "./failures";
import { disabling, ofVault, requireOwn, vaultOf } from "./in-vault";

interface Recorded extends Generation {
  /** The key id of the credential's entry on the application. */
  keyId: string;
  /** ISO 8601. */
  expiresOn: string;
  /** `<name>/<version>` of a certificate. */
  certificate?: string;
}

/** A generation with its value: the client secret, or the reference to the certificate. */
type Declared = Recorded & { value: string };

interface Names extends CloudChoice, AwaitedVault {
  /** GUIDs of the tenant and the application. */
  tenantId: string;
  clientId: string;
  recordName: string;
  /** The stack's name in tags. */
  stack: string;
}

type Inputs = Names & { current: Declared; previous?: Declared | undefined };

type Outputs = Names & {
  current: Recorded;
  previous?: Recorded | undefined;
  /** The recorded generations, the current one first. */
  generations: readonly Generation[];
  /** The record's version in which this stack stored the current generation. */
  version: string;
};

/** How often in a row Entra must accept a credential before readers get it: some servers may not have it yet. */
const acceptances = 5;

/** The vault of a record that a stack made. @throws Failure if the state names another secret */
function vaultWith(names: Pick<Names, keyof CloudChoice | "vaultUri" | "recordName">): Vault {
  requireOwn(isRecordName(names.recordName), `secret ${names.recordName}`, names.vaultUri);
  return vaultOf(names);
}

export const create = cleanly(async (inputs: Inputs): Promise<{ id: string; outs: Outputs }> => {
  const id = `${inputs.vaultUri.replace(/\/$/u, "")}/secrets/${inputs.recordName}`;
  return { id, outs: await publish(inputs) };
});

/** Publishes a new generation, or stores the current one again if somebody changed the record. */
export const update = cleanly(async (_id: string, olds: Outputs, news: Inputs): Promise<{ outs: Outputs }> => ({
  outs: await publish({ ...news, recordName: olds.recordName }, olds),
}));

/** Somebody's changes become inputs, so that each shows by its name, and the next update stores the record again. */
export const read = ofVault(async (id: string, outputs: Outputs) => {
  const versions = await vaultWith(outputs).listVersions(outputs.recordName);
  const own = versions.find(({ version }) => version === outputs.version);
  if (own === undefined) return { id: "", props: {} };
  const changes = changesTo(own, versions, outputs.current);
  if (Object.keys(changes).length === 0) return { id, props: outputs };
  const { version: _version, generations: _generations, ...names } = outputs;
  return { id, props: outputs, inputs: { ...names, ...changes } };
});

/** @param versions all of them, newest first: readers get the newest */
function changesTo(own: SecretVersion, versions: readonly SecretVersion[], current: Recorded): object {
  const [newest = own] = versions;
  const isOver = newest.createdOn.getTime() > own.createdOn.getTime();
  const hasItsEnd = own.expiresOn !== undefined && secondsOf(own.expiresOn) === secondsOf(new Date(current.expiresOn));
  return {
    ...(own.enabled ? {} : { enabled: false }),
    ...(hasItsEnd ? {} : { expiresOn: own.expiresOn?.toISOString().replace(".000Z", "Z") ?? "" }),
    ...(own.contentType === recordTypes[current.kind] ? {} : { contentType: own.contentType }),
    ...(hasTags(own.tags, current) ? {} : { tags: own.tags }),
    ...(isOver ? { overwrittenBy: newest.version } : {}),
  };
}

/** Tags by which readers, and whoever assigns roles, distinguish the generations. */
const tagsOf = ({ number, keyId, certificate }: Recorded): Record<string, string> => ({
  [generationTag]: String(number),
  [keyTag]: keyId,
  ...(certificate !== undefined && { [certificateTag]: certificate }),
});

/** Whether a version has the tags of a generation; additional tags do no harm. */
function hasTags(tags: Readonly<Record<string, string>>, current: Recorded): boolean {
  const declared = tagsOf(current);
  return [generationTag, keyTag, certificateTag].every((name) => tags[name] === declared[name]);
}

/** A time in whole seconds, as a vault stores it. */
const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000);

/** Disables all versions, so that no reader can use them; nothing in a vault is ever deleted. */
export const remove = disabling("The credential may still be enabled in the vault.", async (outputs: Outputs) => {
  const vault = vaultWith(outputs);
  for (const { version, enabled } of await vault.listVersions(outputs.recordName))
    if (enabled) await vault.disable(outputs.recordName, version);
});

export { remove as delete };

/** Proves the current generation, stores it, and disables all versions but those of it and the previous one. */
async function publish(inputs: Inputs, olds?: Outputs): Promise<Outputs> {
  const { current, previous, ...names } = inputs;
  const { recordName, stack } = names;
  const declared = [current, ...(previous ? [previous] : [])];
  const vault = vaultWith(names);
  const listed = await onceRoleActs(names, () => vault.listVersions(recordName));
  const top = listed[0];
  const isPublished =
    top !== undefined &&
    top.version === olds?.version &&
    Object.keys(changesTo(top, listed, withoutValue(current))).length === 0;
  const version = isPublished ? top.version : await store(vault, inputs, olds);
  const keys = declared.map(({ keyId }) => keyId);
  const isOver = (one: SecretVersion) => one.enabled && one.version !== version && !keys.includes(keyOf(one));
  for (const one of listed.filter(isOver)) await vault.disable(recordName, one.version);
  // A deployer may have no role for certificates.
  const certificates = declared.flatMap(({ value }) => parseReference(value) ?? []);
  await refusedOr(disableUnrecorded(vault, stack, certificates));
  return {
    ...names,
    current: withoutValue(current),
    ...(previous && { previous: withoutValue(previous) }),
    generations: declared.map(({ number, kind, day }) => ({ number, kind, day })),
    version,
  };
}

function withoutValue({ value, ...recorded }: Declared): Recorded {
  const reference = recorded.kind === "certificate" ? parseReference(value) : undefined;
  return reference === undefined ? recorded : { ...recorded, certificate: certificateText(reference) };
}

/** @returns the version */
async function store(
  vault: Vault,
  { current, previous: _previous, ...names }: Inputs,
  olds?: Outputs,
): Promise<string> {
  const { cloud, endpoints, tenantId, clientId, recordName } = names;
  const { kind, keyId, value, expiresOn } = current;
  const isOnce = olds === undefined || askedIn(process.env) === "revoke" || olds.current.keyId === keyId;
  const reference = kind === "certificate" ? parseReference(value) : undefined;
  const application: ApplicationCredential = { tenantId, clientId, ...proofOf(vault, value, reference) };
  await onceRoleActs(names, () => proveCredential(cloudOf(cloud, endpoints), application, isOnce ? 1 : acceptances));
  return await onceRoleActs(names, () =>
    vault.store(recordName, {
      ...{ value, contentType: recordTypes[kind], expiresOn: new Date(expiresOn) },
      tags: tagsOf(withoutValue(current)),
    }),
  );
}

function proofOf({ certificates }: Vault, value: string, reference: CertificateReference | undefined) {
  if (reference === undefined) return { clientSecret: value };
  const { name, version } = reference;
  return { clientAssertion: assertionsOf(reference, (digest) => certificates.sign(name, version, digest)) };
}
