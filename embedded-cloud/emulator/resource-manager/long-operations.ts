import { Hono } from "hono";
import type { Context } from "../context";
import type { ResourceContext, ResourceEnv } from "./authorization";
import { subscriptionId } from "./subscriptions";

/**
 * What a `Location` of a long operation answers. The emulator finishes such an operation before it answers 202, so all that
 * is left to say is that it is done.
 */
export function operationResultRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();
  routes.get("/:operation", (c) => c.body(null, 200));
  return routes;
}

/** 202 with the address to poll, as Resource Manager answers to what takes it long. */
export function accepted(c: ResourceContext, context: Context, operation: string): Response {
  const path = `${subscriptionId(c.get("subscription"))}/operationresults/${encodeURIComponent(operation)}`;
  const version = c.req.query("api-version") ?? "";
  c.header("Location", `${context.origins.resourceManager}${path}?api-version=${version}`);
  c.header("Retry-After", "0");
  return c.body(null, 202);
}
