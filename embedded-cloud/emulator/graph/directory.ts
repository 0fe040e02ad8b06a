import type { Application, Group, ServicePrincipal, Tenant, User } from "../context";
import { applicationKind, renderApplication } from "./application-schema";
import { without, type Properties } from "./body";
import { badRequest, resourceNotFound } from "./errors";
import { isGuid } from "./object-key";
import { newGroup, newUser } from "../directory-members";
import { filters, type Kind } from "./kinds";
import { renderServicePrincipal, servicePrincipalKind } from "./service-principal-schema";

/** Only their property names are wanted. */
const user = renderUser(newUser({ id: "", userPrincipalName: "", displayName: "", password: "", mfa: false }));
const group = renderGroup(newGroup({ id: "", displayName: "" }, ""));

export const userKind: Kind = {
  set: "users",
  type: "user",
  properties: Object.keys(user),
  selectable: ["accountEnabled"],
  relations: ["appRoleAssignments", "manager", "memberOf", "oauth2PermissionGrants", "ownedObjects"],
  filterable: {
    id: filters.exact,
    accountEnabled: filters.truth,
    displayName: filters.text,
    givenName: filters.text,
    jobTitle: filters.text,
    mail: filters.address,
    surname: filters.text,
    userPrincipalName: filters.address,
  },
  sortable: { displayName: "always", userPrincipalName: "always" },
};

export const groupKind: Kind = {
  set: "groups",
  type: "group",
  properties: Object.keys(group),
  relations: ["appRoleAssignments", "memberOf", "members", "owners", "transitiveMembers"],
  filterable: {
    id: filters.exact,
    displayName: filters.text,
    groupTypes: filters.texts,
    mail: filters.text,
    mailEnabled: filters.truth,
    mailNickname: filters.text,
    securityEnabled: filters.truth,
  },
  sortable: { displayName: "always" },
};

/** Lists that mix kinds: members, owners. Graph lets properties of each kind be selected. */
export const directoryObjectKind: Kind = {
  set: "directoryObjects",
  type: "directoryObject",
  properties: [
    ...new Set([userKind, groupKind, applicationKind, servicePrincipalKind].flatMap(({ properties }) => properties)),
  ],
  filterable: { id: filters.exact },
};

/** The user as Graph shows it: what only the sign-in service knows stays out. */
export function renderUser(user: User): Properties {
  return without(user, "password", "mfa", "revokedBefore");
}

/** The group as Graph shows it: members are a relation of their own. */
export function renderGroup(group: Group): Properties {
  return without(group, "members");
}

/** Any live object of the tenant with its `@odata.type`, or undefined. */
export function findDirectoryObject(tenant: Tenant, id: string): Properties | undefined {
  const user = tenant.users.get(id);
  const group = tenant.groups.get(id);
  const application = tenant.applications.get(id);
  const servicePrincipal = tenant.servicePrincipals.get(id);
  return (
    (user && typed(userKind, renderUser(user))) ??
    (group && typed(groupKind, renderGroup(group))) ??
    (application && typed(applicationKind, renderApplication(application))) ??
    (servicePrincipal && typed(servicePrincipalKind, renderServicePrincipal(servicePrincipal)))
  );
}

/** Objects behind ids; ids whose object is deleted are left out, and show again once it is restored. */
export function findDirectoryObjects(tenant: Tenant, ids: Iterable<string>): Properties[] {
  return [...ids].map((id) => findDirectoryObject(tenant, id)).filter((object) => object !== undefined);
}

/** Id of the object that a `$ref` body or an `@odata.bind` URL points at; refused with 404 if there is none. */
export function referencedId(tenant: Tenant, reference: unknown): string {
  const id = typeof reference === "string" ? (reference.split("/").at(-1) ?? "") : "";
  if (!findDirectoryObject(tenant, id)) {
    throw resourceNotFound(id);
  }
  return id;
}

/** Refuses an object id that cannot be one. */
export function requireGuid(id: string): void {
  if (!isGuid(id)) throw badRequest(`Invalid object identifier '${id}'.`);
}

/** The application with this object id, or Graph's 404. */
export function findApplication(tenant: Tenant, id: string): Application {
  return found(tenant.applications, id);
}

/** The service principal with this object id, or Graph's 404. */
export function findServicePrincipal(tenant: Tenant, id: string): ServicePrincipal {
  return found(tenant.servicePrincipals, id);
}

/** The group with this object id, or Graph's 404. */
export function findGroup(tenant: Tenant, id: string): Group {
  return found(tenant.groups, id);
}

function found<T>(objects: Map<string, T>, id: string): T {
  requireGuid(id);
  const object = objects.get(id);
  if (object === undefined) {
    throw resourceNotFound(id);
  }
  return object;
}

function typed(kind: Kind, object: Properties): Properties {
  return { "@odata.type": `#microsoft.graph.${kind.type}`, ...without(object, ...(kind.selectable ?? [])) };
}
