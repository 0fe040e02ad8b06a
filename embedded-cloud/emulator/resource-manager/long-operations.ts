import { Hono } from "hono";
import type { Context } from "../context";
import type { ResourceContext, ResourceEnv } from "./authorization";
import { deletionJob } from "./group-deletion";
import { subscriptionId } from "./subscriptions";

/**
 * The response at a long operation's `Location`. The emulator finishes such an operation before it responds with 202, so that
 * the result is always available; only a group's deletion may take time.
 */
export function operationResultRoutes(context: Context): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();
  routes.get("/:operation", (c) => {
    const operation = c.req.param("operation");
    const groups = Object.keys(c.get("subscription").conditions?.deleting ?? {});
    const isUnderWay = groups.some((id) => deletionJob(id.split("/").at(-1) ?? "") === operation);
    return isUnderWay ? accepted(c, context, operation, 15) : c.body(null, 200);
  });
  return routes;
}

/** 202 with the address to poll, Resource Manager's response to a long operation. @param pause in seconds */
export function accepted(c: ResourceContext, context: Context, operation: string, pause = 0): Response {
  const path = `${subscriptionId(c.get("subscription"))}/operationresults/${encodeURIComponent(operation)}`;
  const version = c.req.query("api-version") ?? "";
  c.header("Location", `${context.origins.resourceManager}${path}?api-version=${version}`);
  c.header("Retry-After", String(pause));
  return c.body(null, 202);
}
