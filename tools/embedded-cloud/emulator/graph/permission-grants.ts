import { Hono } from "hono";
import * as v from "valibot";
import type { PermissionGrant, Tenant } from "../context";
import { idOf, permissions, requireGrantWrite, type GraphContext, type GraphEnv } from "./authorization";
import { checkedBody, invalidValue, readBody, type Properties } from "./body";
import { findServicePrincipal } from "./directory";
import { badRequest, conflict, resourceNotFound } from "./errors";
import { objectKey } from "./object-key";
import type { Kind } from "./kinds";
import { addEntity, addList, entity } from "./replies";
import { guid } from "./values";

const kind: Kind = {
  set: "oauth2PermissionGrants",
  type: "oAuth2PermissionGrant",
  properties: ["id", "clientId", "consentType", "principalId", "resourceId", "scope"],
  filterable: { clientId: ["eq"] },
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
export function permissionGrantRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  addList(routes, "/", permissions.readGrants, kind, (c) => liveGrants(c.var.tenant).map((grant) => ({ ...grant })));
  addEntity(routes, "/:id", permissions.readGrants, kind, (c) => ({ ...findGrant(c) }));

  routes.post("/", async (c) => {
    requireGrantWrite(c);
    const grant = newGrant(c, await readBody(c));
    c.var.tenant.grants.set(grant.id, grant);
    return entity(c, kind, { ...grant }, 201);
  });

  routes.patch("/:id", async (c) => {
    requireGrantWrite(c);
    const grant = findGrant(c);
    grant.scope = checkedBody(c, kind, scopeBody, await readBody(c), { ...grant }).scope;
    return c.body(null, 204);
  });

  routes.delete("/:id", (c) => {
    requireGrantWrite(c);
    c.var.tenant.grants.delete(findGrant(c).id);
    return c.body(null, 204);
  });

  return routes;
}

function newGrant(c: GraphContext, body: Properties): PermissionGrant {
  const { tenant } = c.var;
  const { principalId = null, ...values } = checkedBody(c, kind, grantBody, body);
  const { clientId, resourceId, consentType, scope } = values;
  if ((consentType === "Principal") !== (principalId !== null)) throw badRequest(invalidValue("principalId", kind));
  findServicePrincipal(c, clientId);
  findServicePrincipal(c, resourceId);
  if (principalId !== null && !tenant.users.has(principalId)) throw resourceNotFound(principalId);
  const id = objectKey(clientId, resourceId, ...(principalId === null ? [] : [principalId]));
  const isSame = (other: PermissionGrant) =>
    other.clientId === clientId && other.resourceId === resourceId && other.principalId === principalId;
  // Also if the consent page recorded it, with a different id.
  if ([...tenant.grants.values()].some(isSame)) {
    throw conflict("Permission entry already exists.");
  }
  return { id, clientId, consentType, principalId, resourceId, scope };
}

function findGrant(c: GraphContext): PermissionGrant {
  const grant = liveGrants(c.var.tenant).find(({ id }) => id === idOf(c));
  if (!grant) throw resourceNotFound(idOf(c));
  return grant;
}

/** Grants are hidden while one of the service principals is deleted, and restored with it. */
function liveGrants(tenant: Tenant): PermissionGrant[] {
  return [...tenant.grants.values()].filter(
    ({ clientId, resourceId }) => tenant.servicePrincipals.has(clientId) && tenant.servicePrincipals.has(resourceId),
  );
}
