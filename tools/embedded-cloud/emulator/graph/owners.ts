import type { Hono } from "hono";
import type { Tenant } from "../context";
import { idOf, permissions, requireApplicationWrite, type GraphContext, type GraphEnv } from "./authorization";
import { readBody } from "./body";
import { directoryObjectKind, findDirectoryObjects, referencedId, referenceIn, userKind } from "./directory";
import { badRequest, resourceNotFound } from "./errors";
import type { Kind } from "./kinds";
import { addList } from "./replies";
import { servicePrincipalKind } from "./service-principal-schema";

const ownerKinds = [userKind, servicePrincipalKind];

/** Adds the owners of an application or a service principal: list, add, remove. */
export function addOwnerRoutes(
  routes: Hono<GraphEnv>,
  objectsOf: (tenant: Tenant) => ReadonlyMap<string, unknown>,
): void {
  const ownersOf = (c: GraphContext): Set<string> => {
    const { tenant } = c.var;
    if (!objectsOf(tenant).has(idOf(c))) throw resourceNotFound(idOf(c));
    const owners = tenant.owners.get(idOf(c)) ?? new Set<string>();
    tenant.owners.set(idOf(c), owners);
    return owners;
  };
  addList(routes, "/:id/owners", permissions.readApplications, directoryObjectKind, (c) =>
    findDirectoryObjects(c.var.tenant, ownersOf(c)),
  );
  addReferenceRoutes(routes, "owners", ownerKinds, (c) => {
    requireApplicationWrite(c);
    return ownersOf(c);
  });
}

/** @param referenced the ids of the relation's objects, for a caller that may change them */
export function addReferenceRoutes(
  routes: Hono<GraphEnv>,
  relation: "owners" | "members",
  types: readonly Kind[],
  referenced: (c: GraphContext) => Set<string>,
): void {
  routes.post(`/:id/${relation}/$ref`, async (c) => {
    const ids = referenced(c);
    const id = referencedId(c.var.tenant, referenceIn(await readBody(c)), types);
    if (ids.has(id)) throw alreadyExists(relation);
    ids.add(id);
    return c.body(null, 204);
  });

  routes.delete(`/:id/${relation}/:${relation.slice(0, -1)}/$ref`, (c) => {
    const id = c.req.param(relation.slice(0, -1));
    if (!referenced(c).delete(id)) throw resourceNotFound(id);
    return c.body(null, 204);
  });
}

/** The owners in a creation's `owners@odata.bind`, together with the implied ones. */
export function boundOwners(tenant: Tenant, bound: unknown, implied: string[]): Set<string> {
  if (bound !== undefined && !Array.isArray(bound))
    throw badRequest("Invalid value specified for 'owners@odata.bind'.");
  const references: unknown[] = bound ?? [];
  return new Set([...references.map((reference) => referencedId(tenant, reference, ownerKinds)), ...implied]);
}

/** 400 for a reference that already exists. */
function alreadyExists(relation: string): Error {
  return badRequest(
    `One or more added object references already exist for the following modified properties: '${relation}'.`,
  );
}
