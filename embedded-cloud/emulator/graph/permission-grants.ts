import { Hono } from "hono";
import * as v from "valibot";
import type { Context, PermissionGrant, Tenant } from "../context";
import { permissions, requireAny, type GraphEnv } from "./authorization";
import { readBody, withoutAnnotations, type Properties } from "./body";
import { findServicePrincipal } from "./directory";
import { badRequest, GraphError, resourceNotFound } from "./errors";
import { objectKey } from "./object-key";
import { filters, type Kind } from "./kinds";
import { entity, list } from "./replies";

const kind: Kind = {
  set: "oauth2PermissionGrants",
  type: "oAuth2PermissionGrant",
  properties: ["id", "clientId", "consentType", "principalId", "resourceId", "scope"],
  filterable: {
    clientId: filters.onlyEqual,
    consentType: filters.onlyEqual,
    principalId: filters.onlyEqual,
    resourceId: filters.onlyEqual,
  },
};

const grantValues = v.variant("consentType", [
  v.object({
    consentType: v.literal("AllPrincipals"),
    clientId: v.string(),
    resourceId: v.string(),
    principalId: v.optional(v.null()),
    scope: v.string(),
  }),
  v.object({
    consentType: v.literal("Principal"),
    clientId: v.string(),
    resourceId: v.string(),
    principalId: v.string(),
    scope: v.string(),
  }),
]);

/** Delegated permissions the tenant, or one of its users, has granted to service principals. */
export function permissionGrantRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  routes.get("/", (c) => {
    requireAny(c, permissions.readGrants);
    const grants = liveGrants(c.get("tenant")).map((grant) => ({ ...grant }));
    return list(c, context, kind, grants);
  });

  routes.post("/", async (c) => {
    requireAny(c, permissions.writeGrants);
    const tenant = c.get("tenant");
    const grant = newGrant(tenant, await readBody(c));
    tenant.grants.set(grant.id, grant);
    return entity(c, context, kind, { ...grant }, 201);
  });

  routes.get("/:id", (c) => {
    requireAny(c, permissions.readGrants);
    return entity(c, context, kind, { ...findGrant(c.get("tenant"), c.req.param("id")) });
  });

  routes.patch("/:id", async (c) => {
    requireAny(c, permissions.writeGrants);
    const grant = findGrant(c.get("tenant"), c.req.param("id"));
    grant.scope = changedScope(await readBody(c));
    return c.body(null, 204);
  });

  routes.delete("/:id", (c) => {
    requireAny(c, permissions.writeGrants);
    const tenant = c.get("tenant");
    tenant.grants.delete(findGrant(tenant, c.req.param("id")).id);
    return c.body(null, 204);
  });

  return routes;
}

function newGrant(tenant: Tenant, body: Properties): PermissionGrant {
  const result = v.safeParse(grantValues, body);
  if (!result.success) {
    const property = String(result.issues[0].path?.[0].key);
    throw badRequest(`Invalid value specified for property '${property}' of resource 'OAuth2PermissionGrant'.`);
  }
  const { clientId, resourceId, consentType, scope } = result.output;
  const principalId = result.output.principalId ?? null;
  findServicePrincipal(tenant, clientId);
  findServicePrincipal(tenant, resourceId);
  if (principalId !== null && !tenant.users.has(principalId)) {
    throw resourceNotFound(principalId);
  }
  const id = objectKey(clientId, resourceId, ...(principalId === null ? [] : [principalId]));
  const isSame = (other: PermissionGrant) =>
    other.clientId === clientId && other.resourceId === resourceId && other.principalId === principalId;
  // Also where the consent page recorded it, under an id of its own.
  if ([...tenant.grants.values()].some(isSame)) {
    throw new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.");
  }
  return { id, clientId, consentType, principalId, resourceId, scope };
}

function changedScope(body: Properties): string {
  const change = v.safeParse(v.strictObject({ scope: v.string() }), withoutAnnotations(body));
  if (!change.success) {
    throw badRequest("Only the scope of a permission grant can be changed.");
  }
  return change.output.scope;
}

function findGrant(tenant: Tenant, id: string): PermissionGrant {
  const grant = liveGrants(tenant).find((candidate) => candidate.id === id);
  if (!grant) {
    throw resourceNotFound(id);
  }
  return grant;
}

/** Grants vanish with either service principal, and come back with it. */
function liveGrants(tenant: Tenant): PermissionGrant[] {
  return [...tenant.grants.values()].filter(
    ({ clientId, resourceId }) => tenant.servicePrincipals.has(clientId) && tenant.servicePrincipals.has(resourceId),
  );
}
