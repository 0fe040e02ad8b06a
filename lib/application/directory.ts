/** Reads a tenant's directory over Microsoft Graph; each service principal is read once. */
import * as v from "valibot";
import type { AzureApi } from "../azure/api";
import { equal } from "../azure/graph";
import { az, byPerson, Failure, run, setSetting } from "../errors/failure";
import { findServicePrincipalOf, type ServicePrincipal } from "./applications";

/** Needs User.Read.All or Directory.Read.All. @param account its name or object id @returns its object id */
export async function findAccount(graph: AzureApi, account: string): Promise<string | undefined> {
  return (await graph.find(`/v1.0/users/${encodeURIComponent(account)}?$select=id`, identified))?.id;
}

/** @returns its object id @throws Failure where the tenant has no such account */
export async function requireAccount(graph: AzureApi, account: string): Promise<string> {
  const user = await findAccount(graph, account);
  if (user !== undefined) return user;
  const list = az("ad", "user", "list", "--query", "[].userPrincipalName", "--output", "tsv");
  throw new Failure(
    "account-missing",
    `This tenant has no account ${account}.`,
    run("Name the service account", setSetting("consent.account", "<user principal name>")),
    byPerson("List those that exist", list),
  );
}

export const identified = v.object({ id: v.string() });
const assignmentShape = v.object({ appRoleId: v.string(), resourceId: v.string() });
const grantShape = v.object({
  id: v.string(),
  resourceId: v.string(),
  consentType: v.string(),
  /** The account; null for everyone. */
  principalId: v.nullish(v.string(), null),
  /** Names, separated by spaces. */
  scope: v.nullish(v.string(), ""),
});

export type RoleAssignment = v.InferOutput<typeof assignmentShape>;
/** A delegated permission that was granted to an application. */
export type Grant = v.InferOutput<typeof grantShape>;

/** Every grant to a client, by the object id of the client's service principal. */
export async function grantsTo(graph: AzureApi, clientObjectId: string): Promise<Grant[]> {
  return await graph.list(`/v1.0/oauth2PermissionGrants${equal("clientId", clientObjectId)}`, grantShape);
}

export function scopesOf({ scope }: Pick<Grant, "scope">): string[] {
  return scope.split(" ").filter((name) => name !== "");
}

export class Directory {
  readonly #principals = new Map<string, Promise<ServicePrincipal | undefined>>();

  constructor(readonly graph: AzureApi) {}

  principalOf(clientId: string): Promise<ServicePrincipal | undefined> {
    const asked = this.#principals.get(clientId) ?? findServicePrincipalOf(this.graph, clientId);
    this.#principals.set(clientId, asked);
    return asked;
  }

  async groupsNamed(displayName: string): Promise<{ id: string }[]> {
    return await this.graph.list(`/v1.0/groups${equal("displayName", displayName)}`, identified);
  }

  async grantsTo(principal: ServicePrincipal): Promise<Grant[]> {
    return await grantsTo(this.graph, principal.id);
  }

  async rolesOf(principal: ServicePrincipal): Promise<RoleAssignment[]> {
    return await this.graph.list(`/v1.0/servicePrincipals/${principal.id}/appRoleAssignments`, assignmentShape);
  }
}
