import type { Hono } from "hono";
import type { Context, Tenant } from "../context";
import { permissions, requireAny, requireApplicationWrite, type GraphEnv } from "./authorization";
import { readBody } from "./body";
import { directoryObjectKind, findDirectoryObjects, referencedId, referenceIn, userKind } from "./directory";
import { badRequest, resourceNotFound } from "./errors";
import { list } from "./replies";
import { servicePrincipalKind } from "./service-principal-schema";

const ownerKinds = [userKind, servicePrincipalKind];

/** Adds the owners of an application or a service principal: list, add, remove. */
export function addOwnerRoutes(
  routes: Hono<GraphEnv>,
  context: Context,
  exists: (tenant: Tenant, id: string) => boolean,
): void {
  routes.get("/:id/owners", (c) => {
    requireAny(c, permissions.readApplications);
    const owners = ownersOf(c.get("tenant"), c.req.param("id"), exists);
    return list(c, context, directoryObjectKind, findDirectoryObjects(c.get("tenant"), owners));
  });

  routes.post("/:id/owners/$ref", async (c) => {
    requireApplicationWrite(c, c.req.param("id"));
    const owners = ownersOf(c.get("tenant"), c.req.param("id"), exists);
    const owner = referencedId(c.get("tenant"), referenceIn(await readBody(c)), ownerKinds);
    if (owners.has(owner)) {
      throw alreadyExists("owners");
    }
    owners.add(owner);
    return c.body(null, 204);
  });

  routes.delete("/:id/owners/:owner/$ref", (c) => {
    requireApplicationWrite(c, c.req.param("id"));
    const owners = ownersOf(c.get("tenant"), c.req.param("id"), exists);
    if (!owners.delete(c.req.param("owner"))) {
      throw resourceNotFound(c.req.param("owner"));
    }
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
export function alreadyExists(relation: string): Error {
  return badRequest(
    `One or more added object references already exist for the following modified properties: '${relation}'.`,
  );
}

function ownersOf(tenant: Tenant, id: string, exists: (tenant: Tenant, id: string) => boolean): Set<string> {
  if (!exists(tenant, id)) {
    throw resourceNotFound(id);
  }
  const owners = tenant.owners.get(id) ?? new Set<string>();
  tenant.owners.set(id, owners);
  return owners;
}
