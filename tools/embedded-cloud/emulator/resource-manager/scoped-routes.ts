import type { MiddlewareHandler } from "hono";
import { rolesHeld } from "./access";
import { requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { notServed, resourceNotFound } from "./errors";
import { filtered } from "./query";
import { deleteAssignment, getAssignment, listAssignments, putAssignment } from "./role-assignments";
import { roleDefinitions, type RoleDefinition } from "./role-definitions";
import { roleNotFound } from "./role-assignment-checks";
import { findGroup } from "./resource-groups";
import { subscriptionId } from "./subscriptions";
import { findContainer } from "./blob-containers";
import { findAccount, storageAccounts } from "./storage-accounts";
import { findVaultByName } from "./vault-store";
import { workspaces } from "./workspaces";

/** Requests at any scope: the scope is everything before the last provider. */
const scoped = /^(?<scope>.+)\/providers\/Microsoft\.Authorization\/(?<type>role\w+|permissions)(?:\/(?<name>[^/]+))?$/;

/** Role assignments and definitions, and the caller's own permissions, at every scope that is served. */
export const answerScoped: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const { scope = "", type, name } = scoped.exec(c.req.path)?.groups ?? {};
  if (type === undefined) {
    await next();
    return undefined;
  }
  checkScope(c, scope);
  if (type === "permissions") return answerPermissions(c, scope, name);
  return type === "roleDefinitions" ? answerDefinitions(c, scope, name) : await answerAssignments(c, scope, name);
};

async function answerAssignments(c: ResourceContext, scope: string, name: string | undefined): Promise<Response> {
  const { method } = c.req;
  if (name === undefined && method === "GET") return listAssignments(c, scope);
  if (name !== undefined && method === "PUT") return await putAssignment(c, scope, name);
  if (name !== undefined && method === "GET") return getAssignment(c, scope, name);
  if (name !== undefined && method === "DELETE") return deleteAssignment(c, scope, name);
  throw notServed(c);
}

/** A role assignment is included at once, before it takes effect at the data plane. */
function answerPermissions(c: ResourceContext, scope: string, name: string | undefined): Response {
  if (c.req.method !== "GET" || name !== undefined) throw notServed(c);
  requireAction(c, scope, "Microsoft.Authorization/permissions/read");
  const access = { home: c.var.home, subscription: c.var.subscription, oid: c.var.claims.oid, scope };
  const value = rolesHeld(access).map(({ actions, notActions, dataActions }) => ({
    actions,
    notActions,
    dataActions,
    notDataActions: [],
  }));
  return c.json({ value });
}

function answerDefinitions(c: ResourceContext, scope: string, id: string | undefined): Response {
  if (c.req.method !== "GET") throw notServed(c);
  requireAction(c, scope, "Microsoft.Authorization/roleDefinitions/read");
  if (id !== undefined) {
    const definition = roleDefinitions.find((candidate) => candidate.id === id.toLowerCase());
    if (!definition) throw roleNotFound(id);
    return c.json(render(c, definition));
  }
  const value = filtered(c, roleDefinitions, ({ roleName }) => ({ roleName }));
  return c.json({ value: value.map((definition) => render(c, definition)) });
}

/** A scope must exist, except inside a vault: Resource Manager does not check the vault's content. */
function checkScope(c: ResourceContext, scope: string): void {
  const [, , , kind, group, ...rest] = scope.split("/");
  if (kind === undefined) return;
  if (kind !== "resourceGroups" || group === undefined) throw notServed(c);
  findGroup(c, group);
  const [providers, provider, type, name, child] = rest;
  if (providers === undefined) return;
  if (`${provider}/${type}` === storageAccounts && name !== undefined) {
    checkStorageScope(c, group, rest.slice(3));
    return;
  }
  if (`${provider}/${type}` === workspaces && name !== undefined && child === undefined) {
    if (c.var.subscription.workspaces?.has(scope.toLowerCase()) === true) return;
    throw resourceNotFound(workspaces, name, group);
  }
  if (
    `${provider}/${type}` !== "Microsoft.KeyVault/vaults" ||
    name === undefined ||
    ![undefined, "secrets", "keys", "certificates"].includes(child)
  ) {
    throw notServed(c);
  }
  const found = findVaultByName(c.var.context, name);
  const vaultId = scope.split("/").slice(0, 9).join("/").toLowerCase();
  if (found?.vault.deletedAt !== undefined || found?.vault.resource.id.toLowerCase() !== vaultId) {
    throw resourceNotFound("Microsoft.KeyVault/vaults", name, group);
  }
}

/** @param names the account, then the following segments: blobServices, default, containers, a container */
function checkStorageScope(c: ResourceContext, group: string, [account = "", ...rest]: string[]): void {
  const found = findAccount(c, group, account);
  if (rest.length === 0) return;
  const [, , , container, ...more] = rest;
  if (rest.slice(0, 3).join("/") !== "blobServices/default/containers" || container === undefined || more.length > 0)
    throw notServed(c);
  findContainer(found, container);
}

function render(c: ResourceContext, definition: RoleDefinition): Record<string, unknown> {
  const { id, roleName, description, actions, notActions, dataActions } = definition;
  const type = "Microsoft.Authorization/roleDefinitions";
  return {
    id: `${subscriptionId(c.var.subscription)}/providers/${type}/${id}`,
    name: id,
    type,
    properties: {
      roleName,
      type: "BuiltInRole",
      description,
      assignableScopes: ["/"],
      permissions: [{ actions, notActions, dataActions, notDataActions: [] }],
    },
  };
}
