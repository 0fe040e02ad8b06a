/** The provider of ApplicationCertificate. It must handle the state of every earlier version. */
import { randomUUID } from "node:crypto";
import PQueue from "p-queue";
import {
  type Application,
  findApplication,
  isRestorable,
  type KeyCredential,
  thumbprintOf,
  thumbprintOfCertificate,
} from "../application/applications";
import { replicated } from "../application/graph-changes";
import type { AzureApi } from "../azure/api";
import { graphOf } from "../azure/graph";
import type { CloudChoice } from "../config/clouds";
import { Failure, sentence } from "../errors/failure";
import { cleanly } from "./failures";

interface Inputs extends CloudChoice {
  tenantId: string;
  /** /applications/<object id> */
  applicationId: string;
  /** The generation's label, by which `doctor` finds an entry that a killed run left. */
  displayName: string;
  /** The certificate, DER in Base64. */
  value: string;
  /** ISO 8601. */
  startDate: string;
  endDate: string;
}

type Outputs = Omit<Inputs, "value"> & { keyId: string };

/** A request replaces an application's whole list, so that two at once would lose one. */
const oneByOne = new PQueue({ concurrency: 1 });

/** Replaces an entry of the same certificate, which a killed run left; others are removed by key id. */
export const create = cleanly(async ({ value, ...inputs }: Inputs): Promise<{ id: string; outs: Outputs }> => {
  const keyId = randomUUID();
  const { applicationId, displayName, startDate: startDateTime, endDate: endDateTime } = inputs;
  const thumbprint = thumbprintOfCertificate(value);
  const use = { type: "AsymmetricX509Cert", usage: "Verify" };
  const entry = { keyId, displayName, ...use, key: value, startDateTime, endDateTime };
  await change(inputs, true, (keys) => [...keys.filter((one) => thumbprintOf(one) !== thumbprint), entry]);
  return { id: `${objectIdOf(applicationId)}/certificate/${keyId}`, outs: { ...inputs, keyId } };
});

/** Changes nothing in Entra: every input with an effect there replaces the resource. The value is not recorded. */
export function update(
  _id: string,
  { keyId }: Outputs,
  { value: _value, ...news }: Inputs,
): Promise<{ outs: Outputs }> {
  return Promise.resolve({ outs: { ...news, keyId } });
}

/** An entry is gone with its application; azuread's own resource would then fail, and every run with it. */
export const read = cleanly(async (id: string, outputs: Outputs): Promise<{ id: string; props: object }> => {
  const [graph, objectId] = [graphOf(outputs), objectIdOf(outputs.applicationId)];
  const application = await findApplication(graph, objectId);
  const isThere = keysOf(application).some(({ keyId }) => keyId === outputs.keyId);
  const isKept = isThere || (application === undefined && (await isRestorable(graph, objectId)));
  return isKept ? { id, props: outputs } : { id: "", props: {} };
});

export const remove = cleanly(async (_id: string, outputs: Outputs): Promise<void> => {
  await change(outputs, false, (keys) => keys.filter(({ keyId }) => keyId !== outputs.keyId));
});

export { remove as delete };

/** Existing entries are sent as Graph shows them, without their keys: Graph keeps the keys. */
async function change(
  inputs: Omit<Inputs, "value">,
  isNeeded: boolean,
  wanted: (keys: readonly KeyCredential[]) => (object & { keyId: string })[],
): Promise<void> {
  const graph = graphOf(inputs);
  const objectId = objectIdOf(inputs.applicationId);
  await oneByOne.add(async () => {
    const application = await lookedUp(graph, objectId, isNeeded);
    const keys = keysOf(application);
    const keyCredentials = wanted(keys);
    if (application === undefined || (keyCredentials.length === keys.length && !isNeeded)) return;
    await graph.patch(`/v1.0/applications/${objectId}`, { keyCredentials });
    const ids = keyCredentials.map(({ keyId }) => keyId);
    lastSent.set(objectId, { ids, gone: keys.map(({ keyId }) => keyId).filter((keyId) => !ids.includes(keyId)) });
    await lookedUp(graph, objectId, false);
  });
}

/** Key ids of a list that was sent, and of the entries that it removed. */
interface Sent {
  ids: readonly string[];
  gone: readonly string[];
}

/** The list that this process sent last, by application. */
const lastSent = new Map<string, Sent>();

function isShown(application: Application, { ids, gone }: Sent): boolean {
  const shown = keysOf(application).map(({ keyId }) => keyId);
  return ids.every((id) => shown.includes(id)) && !gone.some((id) => shown.includes(id));
}

/** The application, once Graph shows the last list sent: an older copy, written back, would undo changes. */
async function lookedUp(graph: AzureApi, objectId: string, isNeeded: boolean): Promise<Application | undefined> {
  const absent = new Failure(
    "application-none",
    `There is no application with object id ${objectId} in this tenant to add the certificate to.`,
    sentence("If somebody deleted it, a deployment with a refresh creates it again."),
  );
  const stale = new Error("an older list");
  const isEarly = (error: unknown) => error === absent || error === stale;
  const shown = replicated("Microsoft Graph to show the change of the application", isEarly, async () => {
    const found = await findApplication(graph, objectId);
    if (found === undefined && isNeeded) throw absent;
    const sent = lastSent.get(objectId);
    if (found !== undefined && sent !== undefined && !isShown(found, sent)) throw stale;
    return found;
  });
  return await shown.catch(async (error: unknown) => {
    if (error !== stale) throw error;
    // No copy of Graph's is outdated for so long: somebody else has changed the list.
    lastSent.delete(objectId);
    return await findApplication(graph, objectId);
  });
}

const keysOf = (application: Application | undefined): readonly KeyCredential[] => application?.keyCredentials ?? [];

const objectIdOf = (applicationId: string): string => applicationId.split("/").at(-1) ?? "";
