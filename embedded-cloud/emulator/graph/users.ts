import { Hono } from "hono";
import type { User } from "../context";
import { idOf, permissions, requireAny, requireRevocation, type GraphContext, type GraphEnv } from "./authorization";
import { renderUser, userKind } from "./directory";
import { addMembershipRoutes, addOwnMembershipRoutes } from "./directory-roles";
import { badRequest, resourceNotFound } from "./errors";
import { addEntity, addList, entity, metadataOf } from "./replies";

/** Users of the caller's tenant, by object id or user principal name. */
export function userRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  addList(routes, "/", permissions.readUsers, userKind, (c) => [...c.var.tenant.users.values()].map(renderUser));
  addEntity(routes, "/:id", permissions.readUsers, userKind, (c) => renderUser(findUser(c)));
  addMembershipRoutes(routes);

  routes.post("/:id/revokeSignInSessions", (c) => {
    const user = findUser(c);
    requireRevocation(c, user.id);
    return revokeSessions(c, user);
  });

  return routes;
}

/** The signed-in user; an application has none. */
export function selfRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  addOwnMembershipRoutes(routes);

  routes.get("/", (c) => {
    const user = signedInUser(c);
    requireAny(c, permissions.readSelf);
    return entity(c, userKind, renderUser(user));
  });

  routes.post("/revokeSignInSessions", (c) => {
    const user = signedInUser(c);
    requireAny(c, permissions.revokeOwnSessions);
    return revokeSessions(c, user);
  });

  return routes;
}

function revokeSessions(c: GraphContext, user: User): Response {
  user.revokedBefore = c.var.context.clock.now();
  return c.json({ "@odata.context": metadataOf(c, "Edm.Boolean"), value: true });
}

/** @throws GraphError for an application's token, which has no user */
export function signedInUser(c: GraphContext): User {
  const { idtyp, oid } = c.get("claims");
  if (idtyp === "app") throw badRequest("/me request is only valid with delegated authentication flow.");
  return findUser(c, oid);
}

/** The user with this object id or user principal name, or Graph's 404. */
export function findUser(c: GraphContext, idOrName = idOf(c)): User {
  const wanted = idOrName.toLowerCase();
  const user = [...c.var.tenant.users.values()].find(
    ({ id, userPrincipalName }) => id === wanted || userPrincipalName.toLowerCase() === wanted,
  );
  if (!user) throw resourceNotFound(idOrName);
  return user;
}
