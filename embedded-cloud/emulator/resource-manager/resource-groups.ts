import { Hono } from "hono";
import * as v from "valibot";
import type { Context, Subscription } from "../context";
import { isAllowed, requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { readBody, tagValues } from "./body";
import { badRequest, notServed, ResourceError, resourceGroupNotFound } from "./errors";
import { beginDeletion, deletionJob, isBeingDeleted } from "./group-deletion";
import { accepted } from "./long-operations";
import { normalLocation } from "./paths";
import { requireGroupRegion } from "./regions";
import { subscriptionId } from "./subscriptions";

const groupsType = "Microsoft.Resources/subscriptions/resourceGroups";

const groupBody = v.object({ location: v.string(), tags: tagValues, managedBy: v.nullish(v.string()) });

/** Resource groups: create or update, read, check, list, delete. */
export function resourceGroupRoutes(context: Context): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.get("/", (c) => {
    const groups = [...c.get("subscription").resourceGroups.values()];
    return c.json({ value: groups.filter((group) => isAllowed(c, String(group["id"]), `${groupsType}/read`)) });
  });

  routes.put("/:group", async (c) => {
    const id = groupId(c.get("subscription"), c.req.param("group"));
    requireAction(c, id, `${groupsType}/write`);
    return putGroup(c, context, id, c.req.param("group"), await readBody(c, groupBody));
  });

  // HEAD comes here too.
  routes.get("/:group", (c) => {
    const name = c.req.param("group");
    requireAction(c, groupId(c.get("subscription"), name), `${groupsType}/read`);
    const group = findGroup(c.get("subscription"), name);
    return c.req.method === "HEAD" ? c.body(null, 204) : c.json(group);
  });

  routes.delete("/:group", (c) => {
    const subscription = c.get("subscription");
    requireAction(c, groupId(subscription, c.req.param("group")), `${groupsType}/delete`);
    const group = findGroup(subscription, c.req.param("group"));
    beginDeletion(subscription, group, context.clock.now());
    return accepted(c, context, deletionJob(String(group["name"])));
  });

  return routes;
}

/** The group's document, or Resource Manager's 404. */
export function findGroup(subscription: Subscription, name: string): Record<string, unknown> {
  const group = subscription.resourceGroups.get(name.toLowerCase());
  if (!group) {
    throw resourceGroupNotFound(name);
  }
  return group;
}

export function groupId(subscription: Subscription, name: string): string {
  return `${subscriptionId(subscription)}/resourceGroups/${name}`;
}

function putGroup(
  c: ResourceContext,
  { cloud }: Context,
  id: string,
  name: string,
  body: v.InferOutput<typeof groupBody>,
): Response {
  const { resourceGroups } = c.get("subscription");
  if (!/^[-\w.()]{0,89}[-\w()]$/u.test(name)) {
    throw badRequest(
      `The resource group name '${name}' is invalid: 1 to 90 letters, digits, and -_.() without a period at the end.`,
    );
  }
  if (body.managedBy !== undefined && body.managedBy !== null) {
    throw notServed(c, " with managedBy");
  }
  const location = normalLocation(body.location);
  requireGroupRegion(cloud, location);
  const existing = resourceGroups.get(name.toLowerCase());
  if (isBeingDeleted(c.get("subscription"), String(existing?.["id"]))) {
    const message = `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`;
    throw new ResourceError(409, "ResourceGroupBeingDeleted", message);
  }
  if (existing && existing["location"] !== location) {
    throw new ResourceError(
      409,
      "InvalidResourceGroupLocation",
      `Invalid resource group location '${location}'. The Resource group already exists in location '${String(existing["location"])}'.`,
    );
  }
  const group = {
    id: existing?.["id"] ?? id,
    name: existing?.["name"] ?? name,
    type: "Microsoft.Resources/resourceGroups",
    location,
    tags: body.tags ?? {},
    properties: { provisioningState: "Succeeded" },
  };
  resourceGroups.set(name.toLowerCase(), group);
  return c.json(group, existing ? 200 : 201);
}
