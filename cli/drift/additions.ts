/**
 * Credentials and owners that somebody added to the application, as an intruder does to keep access. No
 * provider reports them, since a resource manages one credential: so Graph is compared with the state.
 */
import {
  accessTo,
  type Access,
  isOpened,
  lockCommand,
  type Principal,
  removalOf,
} from "../../lib/application/who-may-act";
import { patchCommand } from "../../lib/application/adoption/checks";
import { adoptionType, applicationType, recordType } from "../../lib/application/recorded";
import type { AzureApi } from "../../lib/azure/api";
import { isGuid } from "../../lib/config/limits";
import { modelOf } from "../../lib/credential/generations";
import { byPerson, type Fix, ownCommand, run } from "../../lib/errors/failure";
import { firstDeployerIn, nameIn, resourceName } from "../engine/deployment";
import type { Properties, Step } from "../engine/preview";
import { idsIn } from "./differences";
import { type DriftFinding, findingOf } from "./findings";

export interface Additions {
  drift: DriftFinding[];
  /** Additions by other people to an adopted application, which they may change. */
  others: DriftFinding[];
  unreadable: string[];
}

export interface Recorded {
  type: string;
  urn: string;
  inputs: Properties;
  outputs: Properties;
  /** Object ids that are expected; undefined: any, because the provider reports the others itself. */
  owners: readonly string[] | undefined;
  /** Whether the stack names these owners itself; otherwise the first deployer is expected alone. */
  areNamed?: boolean;
}

export const recordedIn = (steps: readonly Step[]): Recorded[] =>
  steps.flatMap(({ type, urn, old, new: next, detailedDiff }) => {
    if (!old) return [];
    const isReported = Object.keys(detailedDiff ?? {}).some((path) => /^owners\b/u.test(path));
    const owners = isReported ? undefined : idsIn(next?.inputs["owners"]);
    return [{ type, urn, inputs: old.inputs, outputs: old.outputs, owners }];
  });

export async function additionsTo(resources: readonly Recorded[], graph: AzureApi | undefined): Promise<Additions> {
  const looked = await Promise.all(principalsIn(resources).map((one) => lookAt(one, resources, graph)));
  const foundIn = (isWanted: boolean) =>
    looked.flatMap(({ found, isAdopted }) => (isAdopted === isWanted ? found : []));
  return {
    drift: foundIn(false),
    // Its owner decides whether they are removed.
    others: foundIn(true).map((finding) => ({ ...finding, state: "skipped", fixes: [] })),
    unreadable: looked.flatMap(({ unreadable }) => unreadable),
  };
}

/** A resource of the stack that has its own credentials and owners. */
interface Registered extends Principal {
  resource: Recorded;
}

async function lookAt(registered: Registered, resources: readonly Recorded[], graph: AzureApi | undefined) {
  const { resource } = registered;
  const [name, isAdopted] = [resourceName(resource), resource.type === adoptionType];
  if (graph === undefined) {
    const blind = `${name}: could not check its credentials and owners: the stack's cloud is not known.`;
    return { isAdopted, found: [], unreadable: [blind] };
  }
  const { entries, lock, unseen } = await accessTo(graph, registered);
  const owners = isAdopted ? [] : ownersOf(resource, entries, resources);
  const added = addedTo(entries, resources)
    .filter(({ id }) => !owners.includes(id))
    .map((entry) => {
      const remove = removalOf(graph.origin, registered, entry);
      const fix = isOfGeneration(entry, resources)
        ? compareStates(resource)
        : run("Find out who added that, and remove it if none of you did", remove);
      return { ...findingOf(resource, { property: entry.means, live: entry.facts }), fixes: [fix] };
    });
  if (isOpened(lock)) {
    const live = Object.fromEntries(
      Object.entries(lock).flatMap(([key, is]) => (typeof is === "boolean" ? [[key, is]] : [])),
    );
    const fix = run("Lock it again", lockCommand(graph.origin, registered));
    added.push({ ...findingOf(resource, { property: "servicePrincipalLockConfiguration", live }), fixes: [fix] });
  }
  const unreadable = unseen.map((why) => `${name}: what was added to it could not be checked: ${why}`);
  return { isAdopted, found: added, unreadable };
}

/** Whether it has the name of one of the stack's generations: a killed run has made it, or the state is an older one. */
const isOfGeneration = ({ facts: { displayName = "" } }: Access, resources: readonly Recorded[]): boolean =>
  resources.some(({ type, urn }) => type === recordType && modelOf(displayName) === nameIn(urn));

/** The credential may be the one that redeems tokens: doctor compares it with the record before it is removed. */
const compareStates = ({ urn }: Recorded): Fix =>
  byPerson(
    "It has the name of a credential of this stack: a killed run has made it, or the state here is older. Find out which",
    ownCommand("doctor", "--stack", urn.split(":")[2] ?? ""),
  );

/** azuread names a claim that somebody added, and sends nothing that takes it off (6.10.0). */
export function takeOffClaims(
  finding: DriftFinding,
  steps: readonly Step[],
  graph: AzureApi | undefined,
): DriftFinding {
  const id = steps.find(({ urn }) => urn === finding.urn)?.old?.outputs["objectId"];
  const isAdded = finding.property.startsWith("optionalClaims") && finding.declared === null;
  if (!isAdded || graph === undefined || typeof id !== "string") return finding;
  const command = patchCommand(graph.origin, { id }, { optionalClaims: null });
  return { ...finding, fixes: [run("Find out who added that claim, and take it off: a deployment does not", command)] };
}

export function addedTo(entries: readonly Access[], resources: readonly Recorded[]): Access[] {
  const known = resources
    .filter(({ type }) => type.startsWith("azuread:") || type.endsWith(":ApplicationCertificate"))
    .flatMap(({ outputs }) => identifying.map((name) => outputs[name]));
  return entries.filter(({ id }) => !known.includes(id));
}

/** Outputs of resources that identify a credential or an owner in Graph. */
const identifying = ["keyId", "credentialId", "ownerObjectId"];

/** Resource types with credentials and owners, each with the output that holds its object id. */
const principals = [
  [applicationType, "applications", "objectId"],
  ["azuread:index/servicePrincipal:ServicePrincipal", "servicePrincipals", "objectId"],
  [adoptionType, "applications", "objectId"],
  [adoptionType, "servicePrincipals", "servicePrincipalObjectId"],
] as const;

/** Applications and service principals in the state. Missing ones are reported as resources. */
const principalsIn = (resources: readonly Recorded[]): Registered[] =>
  resources.flatMap((resource) =>
    principals.flatMap(([type, set, output]) => {
      const { [output]: id, clientId } = resource.outputs;
      // It becomes a part of an address.
      const isIt = type === resource.type && typeof id === "string" && isGuid(id) && typeof clientId === "string";
      return isIt ? [{ set, id, clientId, resource }] : [];
    }),
  );

/** Whether the state has an application or a service principal at all: else nothing would be looked at. */
export const hasPrincipals = (resources: readonly Recorded[]): boolean => principalsIn(resources).length > 0;

/**
 * The expected owners. If the program names none, the first deployer is the owner, and a refresh may record
 * a stranger instead: then the holder of the vault role counts, because nothing changes that assignment.
 */
function ownersOf(resource: Recorded, entries: readonly Access[], all: readonly Recorded[]): readonly string[] {
  const live = entries.filter(({ means }) => means === "owners").map(({ id }) => id);
  const { owners = live, areNamed = false } = resource;
  if (areNamed) return owners;
  const deployer = firstDeployerIn(all);
  return typeof deployer === "string" ? [deployer] : owners;
}
