import type { Application, Group, ServicePrincipal, Tenant, User } from "../context";
import { applicationKind, renderApplication } from "./application-schema";
import { idOf, type GraphContext } from "./authorization";
import { without, type Properties } from "./body";
import { badRequest, resourceNotFound } from "./errors";
import { isGuid } from "./object-key";
import { newGroup, newUser } from "../directory-members";
import type { Kind } from "./kinds";
import { renderServicePrincipal, servicePrincipalKind } from "./service-principal-schema";

/** Only their property names are used. */
const user = renderUser(newUser({ id: "", userPrincipalName: "", displayName: "", password: "", mfa: false }));
const group = renderGroup(newGroup({ id: "", displayName: "" }, ""));

export const userKind: Kind = {
  set: "users",
  type: "user",
  properties: Object.keys(user),
  selectable: ["accountEnabled"],
  filterable: { userPrincipalName: ["eq"] },
};

export const groupKind: Kind = {
  set: "groups",
  type: "group",
  properties: Object.keys(group),
  filterable: { displayName: ["eq", "startswith"] },
};

/** Lists that mix kinds: members, owners. In Graph, properties of each kind can be selected. */
export const directoryObjectKind: Kind = {
  set: "directoryObjects",
  type: "directoryObject",
  properties: [
    ...new Set([userKind, groupKind, applicationKind, servicePrincipalKind].flatMap(({ properties }) => properties)),
  ],
  filterable: { id: ["eq"] },
};

/** The user as Graph returns it: without properties that only the sign-in service uses. */
export function renderUser(user: User): Properties {
  return without(user, "password", "mfa", "revokedBefore");
}

/** The group as Graph returns it: members are a separate relation. */
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

/** The objects with these ids; ids of deleted objects are left out, and included again after a restore. */
export function findDirectoryObjects(tenant: Tenant, ids: Iterable<string>): Properties[] {
  return [...ids].map((id) => findDirectoryObject(tenant, id)).filter((object) => object !== undefined);
}

/** An address of a directory object, whatever the host: a proxy may have a different one. */
const referencePattern =
  /^https:\/\/[^/]+\/(?:v1\.0|beta)\/(?:[\w-]+\/)?(?:directoryObjects|users|groups|servicePrincipals|applications)\/(?<id>[^/]+)$/;

/** Of an `@odata.id` or `@odata.bind`. @throws GraphError 404 for no object, 400 for another type or text */
export function referencedId(tenant: Tenant, reference: unknown, types: readonly Kind[]): string {
  const id = typeof reference === "string" ? referencePattern.exec(reference)?.groups?.["id"] : undefined;
  if (id === undefined) throw badRequest("Invalid URL format specified in payload.");
  requireGuid(id);
  const object = findDirectoryObject(tenant, id);
  if (!object) throw resourceNotFound(id);
  if (!types.some(({ type }) => object["@odata.type"] === `#microsoft.graph.${type}`)) {
    throw badRequest("The object that is referenced is of a type that this relation does not have.");
  }
  return id;
}

/** The one reference in the body of a `$ref` request. */
export function referenceIn(body: Properties): unknown {
  const { "@odata.id": reference, ...others } = body;
  const [other] = Object.keys(others).filter((name) => !name.includes("@odata."));
  if (other !== undefined) throw badRequest(`Invalid property '${other}'.`);
  return reference;
}

/** Refuses an invalid object id. */
export function requireGuid(id: string): void {
  if (!isGuid(id)) throw badRequest(`Invalid object identifier '${id}'.`);
}

/** The object of the address, or of another object id. @throws GraphError 404 */
export const findApplication = (c: GraphContext): Application => found(c.var.tenant.applications, idOf(c));
export const findGroup = (c: GraphContext): Group => found(c.var.tenant.groups, idOf(c));
export const findServicePrincipal = (c: GraphContext, id = idOf(c)): ServicePrincipal =>
  found(c.var.tenant.servicePrincipals, id);

export function found<T>(objects: ReadonlyMap<string, T>, id: string): T {
  requireGuid(id);
  const object = objects.get(id);
  if (object === undefined) throw resourceNotFound(id);
  return object;
}

function typed(kind: Kind, object: Properties): Properties {
  return { "@odata.type": `#microsoft.graph.${kind.type}`, ...without(object, ...(kind.selectable ?? [])) };
}
