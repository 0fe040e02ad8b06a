/**
 * What somebody added to the application in order to sign in as it or to change it: a client secret, a certificate, a federated credential, an
 * owner. An intruder does that to keep access, and no provider reports it: a resource manages one credential, and the first deployer is usually
 * the only declared owner. So Microsoft Graph is read, and its data is compared with what the stack declares.
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
import type { PreviewResult, Step } from "../engine/preview";
import { resourceName } from "../engine/resource-name";

export interface Additions {
  /** To resources that the stack created. */
  drift: DriftFinding[];
  /** To an application that it adopted: other people's, who may change it. */
  others: DriftFinding[];
  unreadable: string[];
}

/** @param graph undefined: the stack's cloud is not known */
export async function additionsIn({ steps }: PreviewResult, graph: AzureApi | undefined): Promise<Additions> {
  const looked = await Promise.all(principalsIn(steps).map((one) => lookAt(one, steps, graph)));
  return {
    drift: looked.flatMap((one) => one.drift),
    others: looked.flatMap((one) => one.others),
    unreadable: looked.flatMap((one) => one.unreadable),
  };
}

/** A resource of the stack that has its own credentials and owners. */
interface Registered extends Principal {
  step: Step;
  isAdopted: boolean;
}

async function lookAt(registered: Registered, steps: readonly Step[], graph: AzureApi | undefined): Promise<Additions> {
  const { step, isAdopted } = registered;
  const name = resourceName(step);
  if (graph === undefined) {
    const unreadable = `${name}: its credentials and owners could not be looked at, as nothing names the stack's cloud.`;
    return { drift: [], others: [], unreadable: [unreadable] };
  }
  const { entries, lock, unseen } = await accessTo(graph, registered);
  const owners = ownersOf(registered, entries, steps);
  const found = addedTo(entries, steps)
    .filter(({ id }) => !owners.includes(id))
    .map((entry) => findingOf(step, entry.means, entry.facts, removal(removalOf(graph.origin, registered, entry))));
  const opened = isOpened(lock)
    ? [findingOf(step, "servicePrincipalLockConfiguration", setIn(lock), lockAgain(graph, registered))]
    : [];
  const unreadable = unseen.map((why) => `${name}: what was added to it could not be looked at: ${why}`);
  return isAdopted
    ? { drift: [], others: [...found, ...opened].map(withoutFix), unreadable }
    : { drift: [...found, ...opened], others: [], unreadable };
}

/** The entries that belong to no resource of the stack. */
export function addedTo(entries: readonly Access[], steps: readonly Step[]): Access[] {
  const known = new Set(keysIn(steps));
  return entries.filter(({ id }) => !known.has(id));
}

const removal = (command: ReturnType<typeof removalOf>): Fix =>
  run("Find out who added that; take out what none of yours did", command);

const lockAgain = (graph: AzureApi, registered: Principal): Fix =>
  run("Lock it again", lockCommand(graph.origin, registered));

function findingOf(step: Step, property: string, live: DriftFinding["live"], fix: Fix): DriftFinding {
  const about = { resource: resourceName(step), urn: step.urn, property };
  return { state: "failed", what: "", ...about, declared: null, live, fixes: [fix] };
}

/** Its owner decides whether it is removed. */
const withoutFix = (finding: DriftFinding): DriftFinding => ({ ...finding, state: "skipped", fixes: [] });

const setIn = (lock: object): Record<string, boolean> =>
  Object.fromEntries(Object.entries(lock).filter((entry): entry is [string, boolean] => typeof entry[1] === "boolean"));

const adoption = "pulumi-nodejs:dynamic/partner:Adoption";

/** Those that exist after the refresh: missing ones have a step of their own. */
function principalsIn(steps: readonly Step[]): Registered[] {
  return steps.flatMap((step): Registered[] => {
    const outputs = step.old?.outputs ?? {};
    const of = (set: Principal["set"], id: unknown, isAdopted: boolean): Registered[] => {
      const { clientId } = outputs;
      return typeof id === "string" && id !== "" && typeof clientId === "string"
        ? [{ set, id, clientId, step, isAdopted }]
        : [];
    };
    switch (step.type) {
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

const keysIn = (steps: readonly Step[]): string[] =>
  steps
    .filter(({ type }) => type.startsWith("azuread:") || type.endsWith(":ApplicationCertificate"))
    .flatMap(({ old }) => identifying.map((name) => old?.outputs[name]))
    .filter((id) => typeof id === "string");

/**
 * The expected owners. If the program declares them, the provider itself reports others. If it leaves them to the first
 * deployer, the provider ignores them, and a refresh replaces that id by a stranger's: the holder of the vault role from that first run stays
 * recorded, because nothing changes that assignment.
 */
function ownersOf({ step, isAdopted }: Registered, entries: readonly Access[], steps: readonly Step[]): string[] {
  if (isAdopted) return [];
  const live = entries.filter(({ means }) => means === "owners").map(({ id }) => id);
  if (Object.keys(step.detailedDiff ?? {}).some((path) => /^owners\b/u.test(path))) return live;
  const declared = step.new?.inputs["owners"];
  const handedOn = Array.isArray(declared) ? declared.filter((id) => typeof id === "string") : [];
  if (live.every((id) => handedOn.includes(id))) return live;
  const first = steps.find(({ type, urn }) => type === roleAssignment && urn.endsWith("-officer"))?.old?.inputs;
  const deployer = first?.["principalId"];
  return typeof deployer === "string" && live.includes(deployer) ? [deployer] : handedOn;
}

const roleAssignment = "azure-native:authorization:RoleAssignment";
