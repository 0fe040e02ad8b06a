import { Hono } from "hono";
import * as v from "valibot";
import type { Context, PermissionGrant, Tenant } from "../context";
import { permissions, requireAny, requireGrantWrite, type GraphContext, type GraphEnv } from "./authorization";
import { checkedBody, invalidValue, readBody, type Properties } from "./body";
import { findServicePrincipal } from "./directory";
import { badRequest, GraphError, resourceNotFound } from "./errors";
import { objectKey } from "./object-key";
import { filters, type Kind } from "./kinds";
import { entity, list } from "./replies";
import { guid } from "./values";

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

/** The properties of a grant; only its scope can be changed. */
export const grantBody = v.strictObject({
  clientId: guid,
  consentType: v.picklist(["AllPrincipals", "Principal"]),
  principalId: v.nullish(guid),
  resourceId: guid,
  scope: v.pipe(v.string(), v.maxLength(3850)),
});

const scopeBody = v.strictObject({ scope: grantBody.entries.scope });

/** Delegated permissions the tenant, or one of its users, has granted to service principals. */
export function permissionGrantRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  routes.get("/", (c) => {
    requireAny(c, permissions.readGrants);
    const grants = liveGrants(c.get("tenant")).map((grant) => ({ ...grant }));
    return list(c, context, kind, grants);
  });

  routes.post("/", async (c) => {
    requireGrantWrite(c);
    const tenant = c.get("tenant");
    const grant = newGrant(c, await readBody(c));
    tenant.grants.set(grant.id, grant);
    return entity(c, context, kind, { ...grant }, 201);
  });

  routes.get("/:id", (c) => {
    requireAny(c, permissions.readGrants);
    return entity(c, context, kind, { ...findGrant(c.get("tenant"), c.req.param("id")) });
  });

  routes.patch("/:id", async (c) => {
    requireGrantWrite(c);
    const grant = findGrant(c.get("tenant"), c.req.param("id"));
    grant.scope = checkedBody(c, kind, scopeBody, await readBody(c), { ...grant }).scope;
    return c.body(null, 204);
  });

  routes.delete("/:id", (c) => {
    requireGrantWrite(c);
    const tenant = c.get("tenant");
    tenant.grants.delete(findGrant(tenant, c.req.param("id")).id);
    return c.body(null, 204);
  });

  return routes;
}

function newGrant(c: GraphContext, body: Properties): PermissionGrant {
  const tenant = c.get("tenant");
  const { principalId = null, ...values } = checkedBody(c, kind, grantBody, body);
  const { clientId, resourceId, consentType, scope } = values;
  if ((consentType === "Principal") !== (principalId !== null)) throw badRequest(invalidValue("principalId", kind));
  findServicePrincipal(tenant, clientId);
  findServicePrincipal(tenant, resourceId);
  if (principalId !== null && !tenant.users.has(principalId)) {
    throw resourceNotFound(principalId);
  }
  const id = objectKey(clientId, resourceId, ...(principalId === null ? [] : [principalId]));
  const isSame = (other: PermissionGrant) =>
    other.clientId === clientId && other.resourceId === resourceId && other.principalId === principalId;
  // Also if the consent page recorded it, with a different id.
  if ([...tenant.grants.values()].some(isSame)) {
    throw new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.");
  }
  return { id, clientId, consentType, principalId, resourceId, scope };
}

function findGrant(tenant: Tenant, id: string): PermissionGrant {
  const grant = liveGrants(tenant).find((candidate) => candidate.id === id);
  if (!grant) {
    throw resourceNotFound(id);
  }
  return grant;
}

/** Grants are hidden while one of the service principals is deleted, and restored with it. */
function liveGrants(tenant: Tenant): PermissionGrant[] {
  return [...tenant.grants.values()].filter(
    ({ clientId, resourceId }) => tenant.servicePrincipals.has(clientId) && tenant.servicePrincipals.has(resourceId),
  );
}
