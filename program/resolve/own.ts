/** Checks that the application of this stack is there and in its state, before a run creates another application. */
import {
  deletedParts,
  droppedParts,
  goneParts,
  lostOf,
  lostStateParts,
  newerParts,
  unnamedParts,
} from "../../lib/application/lost";
import { findApplicationNamed, named } from "../../lib/application/applications";
import { findDeletedOwn, findOwn } from "../../lib/application/own";
import { adoptionType, applicationType, isEmpty } from "../../lib/application/recorded";
import { microsoftGraph } from "../../lib/azure/graph";
import { Failure, removeSetting, run, setSettings } from "../../lib/errors/failure";
import { identifierOf, type Look, type OwnState } from "./look";

interface Asked {
  existingApplication?: string;
  /** The client id of an application that is gone for good, whose loss a person has accepted. */
  replaceApplication?: string | undefined;
}

/** @param name of the model @throws Failure with what restores it, or by which setting a person accepts its loss */
export async function requireOwnApplication(
  name: string,
  look: Look,
  { existingApplication, replaceApplication }: Asked,
): Promise<void> {
  const { cloud, tenantId, state, log } = look;
  const stack = look.stack.name;
  const graph = microsoftGraph(cloud, tenantId);
  const isMade = existingApplication === undefined;
  const meant = isMade ? undefined : await findApplicationNamed(graph, existingApplication);
  const unique = identifierOf(look, name);
  const isFirst = isMade && state.clientIds.length === 0 && isEmpty(state.types);
  // Both look-ups begin at once; an error of a look-up that is not awaited is ignored.
  const owned = isMade ? findOwn(graph, unique) : Promise.resolve(undefined);
  const former = isFirst ? findDeletedOwn(graph, unique) : Promise.resolve(undefined);
  for (const one of [owned, former]) one.catch(() => undefined);
  for (const clientId of state.clientIds) {
    const lost = await lostOf(graph, clientId);
    if (lost?.kept !== undefined) throw new Failure("application-deleted", deletedParts(lost, stack));
    if (replaceApplication?.toLowerCase() === clientId.toLowerCase()) continue;
    if (lost?.kind === "application") throw new Failure("application-gone", goneParts(clientId, !isMade));
    if (isMade) requireManaged(clientId, look);
    else if (meant !== undefined && meant.appId !== clientId)
      throw new Failure("application-unnamed", unnamedParts(clientId));
  }
  const own = await owned;
  if (own !== undefined && !state.clientIds.includes(own.appId)) {
    if (state.clientIds.length > 0) throw new Failure("state-old", newerParts(named(own), stack));
    // A killed or failed first deployment may have its application in no output yet.
    if (isEmpty(state.types)) throw new Failure("state-lost", lostStateParts(named(own), stack));
  }
  const deleted = await former;
  if (deleted === undefined) return;
  await log.info(
    `A deployment makes another application than before. The former one (client id ${deleted.appId}, deleted on ${deleted.deletedDateTime.slice(0, 10)}) ` +
      "can be restored for 30 days, before that: docs/state-lost.md.",
  );
}

/** @throws Failure for an application that the stack adopted, or that is no longer among its resources */
function requireManaged(clientId: string, { state: { types }, stack: { name } }: Look): void {
  if (types.has(adoptionType)) throw new Failure("application-unnamed", unnamedParts(clientId));
  if (!types.has(applicationType)) throw new Failure("application-dropped", droppedParts(clientId, name));
}

/** Refuses to adopt the stack's own vault: it would no longer be declared, and the engine would delete it. */
export function requireOtherVault(uri: string, { vault: { name, location, properties } = {} }: OwnState): void {
  const [given, own] = [uri, properties?.vaultUri ?? ""].map((one) => one.toLowerCase().replace(/\/$/u, ""));
  if (name === undefined || location === undefined || given !== own) return;
  const { softDeleteRetentionInDays: days } = { softDeleteRetentionInDays: undefined, ...properties };
  const described = {
    "vault.name": name,
    "vault.location": location,
    "vault.resourceGroupName": "<its resource group>",
    ...(days !== undefined && { "vault.retentionDays": String(days) }),
  };
  throw new Failure(
    "vault-own",
    `The vault ${uri} was made by this stack, which still manages it: adopting it would delete it.`,
    run(
      "Remove the setting, and describe the vault as before, with its other settings",
      removeSetting("vault.uri"),
      setSettings(described),
    ),
  );
}

/**
 * Reports a lost state: a token's tag names this stack, but the state has none of its resources.
 * @throws Failure where the stack would make its vault or its application, which are there
 */
export async function tellLost({ stack, log }: Look, vaultUri: string, isAdopting: boolean): Promise<void> {
  const { what, why = "", ...fixes } = lostStateParts(`The vault ${vaultUri}, as its token says,`, stack.name);
  if (!isAdopting) throw new Failure("state-lost", { what, why, ...fixes });
  await log.warn(`${what} ${why} Then log in there: two states would undo each other's changes (docs/state-lost.md).`);
}
