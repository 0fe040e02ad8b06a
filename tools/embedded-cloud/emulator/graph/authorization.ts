import type { Context as HonoContext, MiddlewareHandler } from "hono";
import type { AccessClaims, Context, Tenant } from "../context";
import { directoriesOf } from "../directories";
import { directoryRoles, hasDirectoryRole, type DirectoryRoleName } from "../directory-roles";
import { azureAdGraph, microsoftGraph } from "../first-party";
import { GraphError, notServed, requestDenied } from "./errors";

/** Every request has its id and its cloud from the start, the caller once the token was checked. */
export interface GraphEnv {
  Variables: { requestId: string; context: Context; claims: AccessClaims; tenant: Tenant };
}

export type GraphContext = HonoContext<GraphEnv>;

/** The id of the object in the address. @throws GraphError for a count, a change since, a type or an action in its place */
export function idOf(c: GraphContext): string {
  const id = c.req.param("id") ?? "";
  if (/^(?:\$|delta$|microsoft\.graph\.)|\(/u.test(id)) throw notServed(c);
  return id;
}

const readDirectory = ["Directory.Read.All", "Directory.ReadWrite.All"];
const writeApplications = ["Application.ReadWrite.All"];
/** Creates applications, and changes those that the caller owns. */
const writeOwnedApplications = "Application.ReadWrite.OwnedBy";
const writeMembers = ["GroupMember.ReadWrite.All", "Group.ReadWrite.All"];
const readApplications = ["Application.Read.All", ...writeApplications, writeOwnedApplications, ...readDirectory];
const writeGrants = ["DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"];

/** Any one of a row's permissions is enough. Delegated tokens have the same names in `scp`. */
export const permissions = {
  readApplications,
  /** To read the directory is not enough here, nor to read applications for a single application. */
  listFederatedCredentials: ["Application.Read.All", ...writeApplications, writeOwnedApplications],
  readFederatedCredential: [...writeApplications, writeOwnedApplications],
  readGroups: ["Group.Read.All", "GroupMember.Read.All", ...writeMembers, ...readDirectory],
  writeMembers,
  readDomains: ["Domain.Read.All", ...readDirectory],
  readGrants: ["DelegatedPermissionGrant.Read.All", ...writeGrants, ...readDirectory],
  readUsers: ["User.Read.All", "User.ReadBasic.All", "User.ReadWrite.All", ...readDirectory],
  revokeSessions: ["User.RevokeSessions.All", "User.ReadWrite.All", "Directory.ReadWrite.All"],
  readOrganization: ["Organization.Read.All", "User.Read", ...readDirectory],
  readMemberships: ["User.Read.All", "GroupMember.Read.All", "Group.Read.All", ...readDirectory],
  /** Without a permission for groups only their ids and types are returned. */
  readOwnMemberships: ["User.Read", "User.Read.All", "GroupMember.Read.All", "Group.Read.All", ...readDirectory],
  readRelationships: ["DelegatedAdminRelationship.Read.All", "DelegatedAdminRelationship.ReadWrite.All"],
  /** Source: https://learn.microsoft.com/graph/api/contract-list. */
  readContracts: readDirectory,
  readPolicies: ["Policy.Read.All", "Policy.ReadWrite.Authorization"],
  readRoles: ["RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", ...readDirectory],
  readDirectory,
} as const;

/** A customer's tenant has no objects here: only what it is itself can be read. */
const isServedOfCustomer = ({ req }: GraphContext): boolean =>
  req.method === "GET" && /^\/(?:v1\.0|beta)\/(?:organization|domains)$/u.test(req.path);

/** Accepts only a valid token for this cloud's Graph, and finds the caller's tenant. */
export function authenticate(context: Context): MiddlewareHandler<GraphEnv> {
  return async (c, next) => {
    const authorization = c.req.header("authorization");
    const claims = await context.tokens.verify(authorization, context.origins.microsoftGraph);
    const directories = claims && directoriesOf(context, claims.tid);
    if (!claims || !directories) {
      const message = authorization ? "Access token validation failure." : "Access token is empty.";
      throw new GraphError(401, "InvalidAuthenticationToken", message);
    }
    const { tenant, home } = directories;
    if (tenant !== home && !isServedOfCustomer(c)) throw notServed(c, " in a customer's tenant");
    c.set("claims", claims);
    c.set("tenant", tenant);
    await next();
  };
}

/** Refuses a caller that has none of the permissions. */
export function requireAny(c: GraphContext, names: readonly string[]): void {
  if (!holdsAny(c, names)) throw requestDenied();
}

/**
 * Refuses a caller that may change neither all applications nor this one as its owner. A person also needs a
 * directory role with an action on applications; a Privileged Role Administrator has none
 * (https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference).
 */
export function requireApplicationWrite(c: GraphContext, objectId = idOf(c)): void {
  const { oid, idtyp } = c.get("claims");
  const owned = c.get("tenant").owners.get(objectId)?.has(oid) === true;
  const hasRole = ["globalAdministrator" as const, ...applicationRoles].some((role) => callerHas(c, role));
  const changesAll = holdsAny(c, writeApplications) && (idtyp === "app" || hasRole || owned);
  if (!changesAll && !(owned && holdsAny(c, [writeOwnedApplications]))) throw requestDenied();
}

/** Refuses a caller that may not create applications. @returns owners besides those in the request */
export function requireApplicationCreation(c: GraphContext): string[] {
  const { oid, idtyp } = c.get("claims");
  requireAny(c, [...writeApplications, writeOwnedApplications]);
  // A person becomes owner of what they create; an application does only if it could not change it otherwise.
  return idtyp === "user" || !holdsAny(c, writeApplications) ? [oid] : [];
}

/** Roles that may grant every permission, and those that may not grant a directory's app roles. */
const grantingRoles: readonly DirectoryRoleName[] = ["globalAdministrator", "privilegedRoleAdministrator"];
const applicationRoles: readonly DirectoryRoleName[] = ["applicationAdministrator", "cloudApplicationAdministrator"];

/** An application needs the permission or a role, a person both (source: oauth2permissiongrant-post). */
export function requireGrantWrite(c: GraphContext): void {
  const hasRole = [...grantingRoles, ...applicationRoles].some((role) => callerHas(c, role));
  requireGranting(c, holdsAny(c, writeGrants), hasRole);
}

/** Source: https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto. */
export function requireAssignmentWrite(c: GraphContext, resourceAppId: string | undefined): void {
  const isDirectory = resourceAppId === microsoftGraph.appId || resourceAppId === azureAdGraph.appId;
  const roles = isDirectory ? grantingRoles : [...grantingRoles, ...applicationRoles];
  const holds = holdsAny(c, ["AppRoleAssignment.ReadWrite.All"]) && holdsAny(c, readApplications);
  requireGranting(
    c,
    holds,
    roles.some((role) => callerHas(c, role)),
  );
}

/** Roles that end the sessions of everybody, and those for the sessions of accounts without a role. */
const everySession: readonly DirectoryRoleName[] = ["globalAdministrator", "privilegedAuthenticationAdministrator"];

/**
 * An application needs the permission, a person a role as well. Sources: user-revokesigninsessions,
 * https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions.
 */
export function requireRevocation(c: GraphContext, userId: string): void {
  requireAny(c, permissions.revokeSessions);
  const tenant = c.get("tenant");
  const isAdministrator = [...tenant.roleMembers.values()].some((members) => members.has(userId));
  const roles = isAdministrator ? everySession : [...everySession, "userAdministrator" as const];
  const { idtyp, oid } = c.get("claims");
  const mayRevoke = idtyp === "app" || oid === userId || roles.some((role) => hasDirectoryRole(tenant, role, oid));
  if (!mayRevoke) throw requestDenied();
}

function requireGranting(c: GraphContext, holds: boolean, hasRole: boolean): void {
  const mayGrant = c.get("claims").idtyp === "app" ? holds || hasRole : holds && hasRole;
  if (!mayGrant) throw requestDenied();
}

function callerHas(c: GraphContext, role: DirectoryRoleName): boolean {
  return hasDirectoryRole(c.get("tenant"), role, c.get("claims").oid);
}

/** Refuses a person without a role, of which Directory Readers is the least (source: contract-list). */
export function requireDirectoryRole(c: GraphContext): void {
  const hasRole = (Object.keys(directoryRoles) as DirectoryRoleName[]).some((role) => callerHas(c, role));
  if (c.get("claims").idtyp !== "app" && !hasRole) throw requestDenied();
}

/** Whether the caller has one of the permissions. */
export function holdsAny(c: GraphContext, names: readonly string[]): boolean {
  const { roles = [], scp = "" } = c.get("claims");
  const held = new Set([...roles, ...scp.split(" ")]);
  return names.some((name) => held.has(name));
}
