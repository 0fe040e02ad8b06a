import { Hono } from "hono";
import type { Context } from "../context";
import type { ResourceContext, ResourceEnv } from "./authorization";
import { deletionJob } from "./group-deletion";
import { subscriptionId } from "./subscriptions";

/**
 * What a `Location` of a long operation answers. The emulator finishes such an operation before it answers 202, so all that
 * is left to say is that it is done; only a group's deletion may be given time.
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

/** 202 with the address to poll, as Resource Manager answers to what takes it long. @param pause in seconds */
export function accepted(c: ResourceContext, context: Context, operation: string, pause = 0): Response {
  const path = `${subscriptionId(c.get("subscription"))}/operationresults/${encodeURIComponent(operation)}`;
  const version = c.req.query("api-version") ?? "";
  c.header("Location", `${context.origins.resourceManager}${path}?api-version=${version}`);
  c.header("Retry-After", String(pause));
  return c.body(null, 202);
}
