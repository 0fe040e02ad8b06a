/** Reads the state of an adopted application, and which additions are missing by now. */
import { type AzureApi, onStatus } from "../../azure/api";
import { type Application, findServicePrincipalOf, isMember } from "../applications";
import { admitsOrganizations } from "../sign-in-audience";
import { type Added, listsOf, ownPrincipal, partOf, stillThere, type WholeWanted } from "./lists";

export interface AdoptionState {
  /** The required entries, without those that are missing. */
  present: Omit<WholeWanted, "clientId">;
  /** Additions of this program, as far as they are still there. */
  added: Added;
  /** "" when there is no service principal. */
  servicePrincipalObjectId: string;
}

export async function lookAtApplication(
  graph: AzureApi,
  application: Application,
  wanted: WholeWanted,
  added: Added,
): Promise<AdoptionState> {
  const lists = listsOf(application);
  const principal = await findServicePrincipalOf(graph, wanted.clientId);
  const groups = principal === undefined ? [] : await groupsOf(graph, principal.id, wanted.groups);
  const admits = admitsOrganizations(application.signInAudience);
  return {
    present: {
      ...partOf(lists, wanted, "there"),
      signInAudience: admits ? wanted.signInAudience : application.signInAudience,
      servicePrincipal: principal !== undefined,
      groups,
    },
    added: {
      ...stillThere(added, lists),
      servicePrincipal: ownPrincipal(principal?.id, added),
      groups: added.groups.filter((group) => groups.includes(group)),
    },
    servicePrincipalObjectId: principal?.id ?? "",
  };
}

/** The groups that it is a member of. A deleted group has no members, and must not stop a refresh. */
async function groupsOf(graph: AzureApi, objectId: string, groups: readonly string[]): Promise<string[]> {
  const looks = groups.map((group) => isMember(graph, group, objectId).catch(onStatus(false, 404)));
  const memberships = await Promise.all(looks);
  return groups.filter((_, index) => memberships[index]);
}
