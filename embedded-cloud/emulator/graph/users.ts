import { Hono } from "hono";
import type { Context, Tenant, User } from "../context";
import { permissions, requireAny, requireRevocation, type GraphContext, type GraphEnv } from "./authorization";
import { renderUser, userKind } from "./directory";
import { badRequest, resourceNotFound } from "./errors";
import { entity, list, metadataOf } from "./replies";

/** Users of the caller's tenant, by object id or user principal name. */
export function userRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  routes.get("/", (c) => {
    requireAny(c, permissions.readUsers);
    const users = [...c.get("tenant").users.values()].map(renderUser);
    return list(c, context, userKind, users);
  });

  routes.get("/:id", (c) => {
    requireAny(c, permissions.readUsers);
    return entity(c, context, userKind, renderUser(findUser(c.get("tenant"), c.req.param("id"))));
  });

  routes.post("/:id/revokeSignInSessions", (c) => {
    const user = findUser(c.get("tenant"), c.req.param("id"));
    requireRevocation(c, user.id);
    return revokeSessions(c, context, user);
  });

  return routes;
}

/** The signed-in user; an application has none. */
export function selfRoutes(context: Context): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();

  routes.get("/", (c) => {
    const user = signedInUser(c);
    requireAny(c, permissions.readSelf);
    return entity(c, context, userKind, renderUser(user));
  });

  routes.post("/revokeSignInSessions", (c) => {
    const user = signedInUser(c);
    requireAny(c, permissions.revokeOwnSessions);
    return revokeSessions(c, context, user);
  });

  return routes;
}

function revokeSessions(c: GraphContext, context: Context, user: User): Response {
  user.revokedBefore = context.clock.now();
  return c.json({ "@odata.context": metadataOf(c, context, "Edm.Boolean"), value: true });
}

/** @throws GraphError for an application's token, which has no user */
export function signedInUser(c: GraphContext): User {
  const { idtyp, oid } = c.get("claims");
  if (idtyp === "app") {
    throw badRequest("/me request is only valid with delegated authentication flow.");
  }
  return findUser(c.get("tenant"), oid);
}

/** The user with this object id or user principal name, or Graph's 404. */
export function findUser(tenant: Tenant, idOrName: string): User {
  const wanted = idOrName.toLowerCase();
  const user = [...tenant.users.values()].find(
    ({ id, userPrincipalName }) => id === wanted || userPrincipalName.toLowerCase() === wanted,
  );
  if (!user) {
    throw resourceNotFound(idOrName);
  }
  return user;
}
