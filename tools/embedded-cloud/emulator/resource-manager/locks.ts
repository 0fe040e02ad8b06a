import type { MiddlewareHandler } from "hono";
import { isWithin } from "./access";
import type { ResourceEnv } from "./authorization";
import { ResourceError } from "./errors";

/** Refuses to delete what a lock of level CanNotDelete is on, what lies below it, and the group around it. */
export const refuseLocked: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const scope = c.req.path;
  const isGroup = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/u.test(scope);
  const locked = (c.var.subscription.conditions?.locked ?? []).filter(
    (lock) => c.req.method === "DELETE" && (isWithin(scope, lock) || (isGroup && isWithin(lock, scope))),
  );
  if (locked.length > 0) {
    const why = `following scope(s) are locked: '${locked.join("', '")}'. Please remove the lock and try again.`;
    throw new ResourceError(409, "ScopeLocked", `The scope '${scope}' cannot perform delete operation because ${why}`);
  }
  await next();
};
