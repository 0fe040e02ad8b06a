/**
 * What somebody added to the application in order to sign in as it or to change it: a client secret, a certificate, a federated credential, an
 * owner. An intruder does that to keep access, and no provider reports it: a resource manages one credential, and the first deployer is usually
 * the only declared owner. So Microsoft Graph is read, and its data is compared with the stack's state, by `drift` and by `doctor`.
 */
import {
  accessTo,
  type Access,
  isOpened,
  lockCommand,
  type Principal,
  removalOf,
} from "../../lib/application/who-may-act";
import type { AzureApi } from "../../lib/azure/api";
import { type Fix, run } from "../../lib/errors/failure";
import type { DriftFinding } from "./findings";
import type { Properties, Step } from "../engine/preview";
import { resourceName } from "../engine/deployment";

export interface Additions {
  /** To resources that the stack created. */
  drift: DriftFinding[];
  /** To an application that it adopted: other people's, who may change it. */
  others: DriftFinding[];
  unreadable: string[];
}

/** A resource as the stack's state has it. */
export interface Recorded {
  type: string;
  urn: string;
  inputs: Properties;
  outputs: Properties;
  /** Object ids that are expected; undefined: whatever there is, because what the provider finds of them is reported anyway. */
  owners: readonly string[] | undefined;
  /** Whether the stack names these owners itself; otherwise the first deployer is expected alone. */
  areNamed?: boolean;
}

/** From the state after a refresh. */
export const recordedIn = (steps: readonly Step[]): Recorded[] =>
  steps.flatMap(({ type, urn, old, new: next, detailedDiff }) => {
    if (!old) return [];
    const isReported = Object.keys(detailedDiff ?? {}).some((path) => /^owners\b/u.test(path));
    return [
      {
        type,
        urn,
        inputs: old.inputs,
        outputs: old.outputs,
        owners: isReported ? undefined : idsIn(next?.inputs["owners"]),
      },
    ];
  });

export const idsIn = (owners: unknown): string[] =>
  Array.isArray(owners) ? owners.filter((id) => typeof id === "string") : [];

/** @param graph undefined: the stack's cloud is not known */
export async function additionsTo(resources: readonly Recorded[], graph: AzureApi | undefined): Promise<Additions> {
  const looked = await Promise.all(principalsIn(resources).map((one) => lookAt(one, resources, graph)));
  return {
    drift: looked.flatMap((one) => one.drift),
    others: looked.flatMap((one) => one.others),
    unreadable: looked.flatMap((one) => one.unreadable),
  };
}

/** A resource of the stack that has its own credentials and owners. */
interface Registered extends Principal {
  resource: Recorded;
  isAdopted: boolean;
}

async function lookAt(
  registered: Registered,
  resources: readonly Recorded[],
  graph: AzureApi | undefined,
): Promise<Additions> {
  const { resource, isAdopted } = registered;
  const name = resourceName(resource);
  if (graph === undefined) {
    const unreadable = `${name}: its credentials and owners could not be checked, as nothing names the stack's cloud.`;
    return { drift: [], others: [], unreadable: [unreadable] };
  }
  const { entries, lock, unseen } = await accessTo(graph, registered);
  const owners = ownersOf(registered, entries, resources);
  const found = addedTo(entries, resources)
    .filter(({ id }) => !owners.includes(id))
    .map((entry) => findingOf(resource, entry.means, entry.facts, removal(removalOf(graph.origin, registered, entry))));
  const opened = isOpened(lock)
    ? [findingOf(resource, "servicePrincipalLockConfiguration", setIn(lock), lockAgain(graph, registered))]
    : [];
  const unreadable = unseen.map((why) => `${name}: what was added to it could not be checked: ${why}`);
  return isAdopted
    ? { drift: [], others: [...found, ...opened].map(withoutFix), unreadable }
    : { drift: [...found, ...opened], others: [], unreadable };
}

/** The entries that belong to no resource of the stack. */
export function addedTo(entries: readonly Access[], resources: readonly Recorded[]): Access[] {
  const known = new Set(keysIn(resources));
  return entries.filter(({ id }) => !known.has(id));
}

const removal = (command: ReturnType<typeof removalOf>): Fix =>
  run("Find out who added that; take out what none of yours did", command);

const lockAgain = (graph: AzureApi, registered: Principal): Fix =>
  run("Lock it again", lockCommand(graph.origin, registered));

function findingOf(resource: Recorded, property: string, live: DriftFinding["live"], fix: Fix): DriftFinding {
  const about = { resource: resourceName(resource), urn: resource.urn, property };
  return { state: "failed", what: "", ...about, declared: null, live, fixes: [fix] };
}

/** Its owner decides whether it is removed. */
const withoutFix = (finding: DriftFinding): DriftFinding => ({ ...finding, state: "skipped", fixes: [] });

const setIn = (lock: object): Record<string, boolean> =>
  Object.fromEntries(Object.entries(lock).filter((entry): entry is [string, boolean] => typeof entry[1] === "boolean"));

const adoption = "pulumi-nodejs:dynamic/partner:Adoption";

/** Whether the state has an application or a service principal at all: else nothing would be looked at. */
export const hasPrincipals = (resources: readonly Recorded[]): boolean => principalsIn(resources).length > 0;

/** As an adoption records it: what it has besides belongs to its owner. */
export const asAdopted = (clientId: string, objectId: string, principalId: string | undefined): Recorded => ({
  type: adoption,
  urn: "",
  inputs: {},
  outputs: { clientId, objectId, servicePrincipalObjectId: principalId },
  owners: undefined,
});

/** A missing one of either kind is reported by itself. */
function principalsIn(resources: readonly Recorded[]): Registered[] {
  return resources.flatMap((resource): Registered[] => {
    const { type, outputs } = resource;
    const of = (set: Principal["set"], id: unknown, isAdopted: boolean): Registered[] => {
      const { clientId } = outputs;
      return typeof id === "string" && id !== "" && typeof clientId === "string"
        ? [{ set, id, clientId, resource, isAdopted }]
        : [];
    };
    switch (type) {
      case "azuread:index/application:Application":
        return of("applications", outputs["objectId"], false);
      case "azuread:index/servicePrincipal:ServicePrincipal":
        return of("servicePrincipals", outputs["objectId"], false);
      case adoption:
        return [
          ...of("applications", outputs["objectId"], true),
          ...of("servicePrincipals", outputs["servicePrincipalObjectId"], true),
        ];
      default:
        return [];
    }
  });
}

/** Outputs of azuread's resources, and of a certificate's, that identify a credential or an owner in Graph. */
const identifying = ["keyId", "credentialId", "ownerObjectId"];

const keysIn = (resources: readonly Recorded[]): string[] =>
  resources
    .filter(({ type }) => type.startsWith("azuread:") || type.endsWith(":ApplicationCertificate"))
    .flatMap(({ outputs }) => identifying.map((name) => outputs[name]))
    .filter((id) => typeof id === "string");

/**
 * The expected owners. If the program leaves them to the first deployer, the provider ignores them, and a refresh replaces that id by a
 * stranger's: the holder of the vault role from that first run stays recorded, because nothing changes that assignment.
 */
function ownersOf({ resource, isAdopted }: Registered, entries: readonly Access[], all: readonly Recorded[]): string[] {
  if (isAdopted) return [];
  const live = entries.filter(({ means }) => means === "owners").map(({ id }) => id);
  const { owners = live, areNamed = false } = resource;
  if (areNamed || live.every((id) => owners.includes(id))) return [...owners];
  const first = all.find(({ type, urn }) => type === roleAssignment && urn.endsWith("-officer"))?.inputs;
  const deployer = first?.["principalId"];
  return typeof deployer === "string" && live.includes(deployer) ? [deployer] : [...owners];
}

const roleAssignment = "azure-native:authorization:RoleAssignment";
