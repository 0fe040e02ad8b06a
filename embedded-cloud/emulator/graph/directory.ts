import type { Application, Group, ServicePrincipal, Tenant, User } from "../context";
import { applicationKind, renderApplication } from "./application-schema";
import { without, type Properties } from "./body";
import { resourceNotFound } from "./errors";
import type { Kind } from "./replies";
import { renderServicePrincipal, servicePrincipalKind } from "./service-principal-schema";

export const userKind: Kind = { set: "users", type: "user", selectable: ["accountEnabled"] };
export const groupKind: Kind = { set: "groups", type: "group", selectable: [] };
/** Lists that mix kinds: members, owners. */
export const directoryObjectKind: Kind = { set: "directoryObjects", type: "directoryObject", selectable: [] };

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
  const object = objects.get(id);
  if (object === undefined) {
    throw resourceNotFound(id);
  }
  return object;
}

function typed(kind: Kind, object: Properties): Properties {
  return { "@odata.type": `#microsoft.graph.${kind.type}`, ...without(object, ...kind.selectable) };
}
