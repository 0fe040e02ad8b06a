/** Credentials of a stack's generations that are in no state: a killed run has made them, or the state is an older one. */
import { type Application, findApplication, naming } from "../../lib/application/applications";
import { removalOf } from "../../lib/application/who-may-act";
import type { AzureApi } from "../../lib/azure/api";
import { modelName } from "../../lib/config/limits";
import { modelOf } from "../../lib/credential/generations";
import { byPerson, type Command } from "../../lib/errors/failure";
import { ageOf, type Deployment, kindIn, lastOf, textsOf } from "../engine/deployment";
import { credentialTypes } from "../rotate/scheduled";
import type { Credential, Fate, Places } from "./trace";

type OfCredentials = Pick<Places, "graph" | "usedKeys" | "owns">;

/** The client secrets that the creation of one has left. */
export const secretsLost = async (
  { applicationId = "", displayName = "" }: Readonly<Record<string, string>>,
  places: OfCredentials,
  deployment: Deployment,
): Promise<Fate[]> => await fatesIn(lastOf(applicationId), [displayName], places, deployment, false);

export async function strayCredentials(deployment: Deployment, places: OfCredentials): Promise<Fate[]> {
  const made = deployment.resources.filter(({ type }) => credentialTypes.has(type)).map(textsOf);
  const byApplication = Map.groupBy(made, ({ applicationId = "" }) => lastOf(applicationId));
  const fates = [...byApplication].map(async ([objectId, all]) => {
    const labels = all.map(({ displayName = "" }) => displayName);
    return await fatesIn(objectId, labels, places, deployment, true);
  });
  return (await Promise.all(fates)).flat();
}

/** @param isAny of any generation, and certificates too: the next deployment continues the creation of one */
async function fatesIn(
  objectId: string,
  labels: readonly string[],
  { graph, usedKeys, owns }: OfCredentials,
  deployment: Deployment,
  isAny: boolean,
): Promise<Fate[]> {
  const application = await findApplication(graph, objectId);
  if (application === undefined) return [];
  const all = labels.flatMap((label) => lostIn(application, label, deployment, isAny));
  const lost = [...new Map(all.map((one) => [one.credential.keyId, one])).values()];
  if (lost.length === 0) return [];
  const used = await usedKeys();
  return await Promise.all(
    lost.map(async ({ label, begun, credential }): Promise<Fate> => {
      const { keyId, means } = credential;
      const what = `"${label}" of ${begun}`;
      if (used.includes(keyId)) return { found: `${what} (key id ${keyId}), which the token uses`, isUsed: true };
      const why = means === "keyCredentials" ? "no state names it" : "its value is lost";
      const found = `${what} exists (key id ${keyId}), but ${why}`;
      if (await owns(application, modelOf(label) ?? modelName)) return { found, credential };
      const own = byPerson(
        "Who can write to the state can name any application: find out whose it is, and remove it if it is this stack's",
        removalBy(graph, credential),
      );
      return { found: `${found}, and ${naming(application)} has no identifier URI of this stack`, credential, own };
    }),
  );
}

export const removalBy = ({ origin }: AzureApi, { application: { id, appId }, means, keyId }: Credential): Command =>
  removalOf(origin, { set: "applications", id, clientId: appId }, { means, id: keyId, facts: {} });

/** Entra shows a client secret's value once: one that is in no state is useless. */
function lostIn(application: Application, label: string, deployment: Deployment, isAny: boolean) {
  const { id: objectId, passwordCredentials, keyCredentials = [] } = application;
  const recorded = deployment.resources.flatMap(({ id, type }) =>
    credentialTypes.has(type) && id ? [lastOf(id)] : [],
  );
  // An adopted application may have somebody else's older credential of that name. The stack's own application has only
  // the stack's credentials, however this machine's clock differs from the directory's.
  const isOwn = deployment.resources.some(
    ({ id, type }) => kindIn(type) === "Application" && lastOf(id ?? "") === objectId,
  );
  const since = isOwn ? Number.NEGATIVE_INFINITY : ageOf(deployment);
  // Another stack that has adopted it has generations of the same names.
  const model = isAny && isOwn ? modelOf(label) : undefined;
  const entries = [
    ...passwordCredentials.map((one) => ({ ...one, means: "passwordCredentials" as const })),
    ...(isAny ? keyCredentials : []).map((one) => ({ ...one, means: "keyCredentials" as const })),
  ];
  return entries.flatMap(({ keyId, displayName, startDateTime, means }) => {
    const start = startDateTime ?? "";
    const named = displayName ?? "";
    const isSame = named === label || (model !== undefined && modelOf(named) === model);
    if (!isSame || !(Date.parse(start) > since) || recorded.includes(keyId)) return [];
    return [{ begun: start, label: named, credential: { application, means, keyId } }];
  });
}
