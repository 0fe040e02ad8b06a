import type { ResourceContext } from "./authorization";
import { deletionJob } from "./group-deletion";
import { subscriptionId } from "./subscriptions";

/** Except a group's deletion, all operations are finished before the response with 202. */
export function operationResult(c: ResourceContext): Response {
  const operation = c.req.param("operation") ?? "";
  const groups = Object.keys(c.var.subscription.conditions?.deleting ?? {});
  const isUnderWay = groups.some((id) => deletionJob(id.split("/").at(-1) ?? "") === operation);
  return isUnderWay ? accepted(c, operation, 15) : c.body(null, 200);
}

/** 202 with the address to poll, Resource Manager's response to a long operation. @param pause in seconds */
export function accepted(c: ResourceContext, operation: string, pause = 0): Response {
  const path = `${subscriptionId(c.var.subscription)}/operationresults/${encodeURIComponent(operation)}`;
  const version = c.req.query("api-version") ?? "";
  c.header("Location", `${c.var.context.origins.resourceManager}${path}?api-version=${version}`);
  c.header("Retry-After", String(pause));
  return c.body(null, 202);
}
