import { Hono } from "hono";
import type { User } from "../context";
import { idOf, permissions, requireRevocation, type GraphContext, type GraphEnv } from "./authorization";
import { renderUser, userKind } from "./directory";
import { addMembershipRoutes } from "./directory-roles";
import { badRequest, resourceNotFound } from "./errors";
import { addEntity, addList, metadataOf } from "./replies";

/** Users of the caller's tenant, by object id or user principal name. */
export function userRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  addList(routes, "/", permissions.readUsers, userKind, (c) => [...c.var.tenant.users.values()].map(renderUser));
  addEntity(routes, "/:id", permissions.readUsers, userKind, (c) => renderUser(findUser(c)));
  addMembershipRoutes(routes);

  routes.post("/:id/revokeSignInSessions", (c) => {
    const user = findUser(c);
    requireRevocation(c, user.id);
    user.revokedBefore = c.var.context.clock.now();
    return c.json({ "@odata.context": metadataOf(c, "Edm.Boolean"), value: true });
  });

  return routes;
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
