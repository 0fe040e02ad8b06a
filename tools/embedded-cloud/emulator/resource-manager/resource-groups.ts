import { Hono, type MiddlewareHandler } from "hono";
import * as v from "valibot";
import { strictObject } from "../strict-json";
import { isAllowed, nowOf, requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { echoed, readBody, tagValues } from "./body";
import { notServed, ResourceError, resourceGroupNotFound } from "./errors";
import { beginDeletion, deletionJob, isBeingDeleted } from "./group-deletion";
import { accepted } from "./long-operations";
import { normalLocation } from "./paths";
import { requireGroupRegion } from "./regions";
import { subscriptionId } from "./subscriptions";

const groupsType = "Microsoft.Resources/subscriptions/resourceGroups";

const type = "Microsoft.Resources/resourceGroups";
const groupBody = (id: string) =>
  strictObject({
    ...echoed(id, type),
    location: v.string(),
    tags: tagValues,
    managedBy: v.nullish(v.string()),
    properties: v.nullish(strictObject({ provisioningState: v.optional(v.string()) })),
  });

/** Resource groups: create or update, read, check, list, delete. */
export function resourceGroupRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.get("/", (c) => {
    const groups = [...c.var.subscription.resourceGroups.values()];
    const readable = groups.filter((group) => isAllowed(c, String(group["id"]), `${groupsType}/read`));
    return c.json({ value: readable });
  });

  routes.put("/:group", async (c) => {
    const id = groupId(c);
    requireAction(c, id, `${groupsType}/write`);
    return putGroup(c, id, await readBody(c, groupBody(id)));
  });

  // Handles HEAD as well.
  routes.get("/:group", (c) => {
    requireAction(c, groupId(c), `${groupsType}/read`);
    const group = findGroup(c);
    return c.req.method === "HEAD" ? c.body(null, 204) : c.json(group);
  });

  routes.delete("/:group", (c) => {
    requireAction(c, groupId(c), `${groupsType}/delete`);
    const group = findGroup(c);
    beginDeletion(c.var.subscription, group, nowOf(c));
    return accepted(c, deletionJob(String(group["name"])));
  });

  return routes;
}

/** Resource group in the request's path. */
export const groupName = (c: ResourceContext): string => c.req.param("group") ?? "";

/** The group's document, or Resource Manager's 404. */
export function findGroup(c: ResourceContext, name = groupName(c)): Record<string, unknown> {
  const group = c.var.subscription.resourceGroups.get(name.toLowerCase());
  if (!group) throw resourceGroupNotFound(name);
  return group;
}

export const groupId = (c: ResourceContext, name = groupName(c)): string =>
  `${subscriptionId(c.var.subscription)}/resourceGroups/${name}`;

const longestName = 90;

/** Refuses an invalid name of a resource group for every request. Letters of every alphabet are allowed. */
export const checkGroupName: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const name = groupName(c);
  const invalid = name.replaceAll(/[\p{L}\p{N}_.()-]/gu, "") || /\.$/u.exec(name)?.[0];
  if (invalid !== undefined) {
    const characters = [...new Set(invalid)].join("");
    const message =
      `The provided resource group name '${name}' has these invalid characters: '${characters}'. ` +
      "The name can only be a letter, digit, '-', '.', '(', ')' or '_'.";
    throw new ResourceError(400, "InvalidResourceGroup", message);
  }
  if (name.length > longestName) {
    const message = `The provided resource group name '${name}' has more than ${longestName} characters.`;
    throw new ResourceError(400, "InvalidResourceGroup", message);
  }
  await next();
};

function putGroup(c: ResourceContext, id: string, body: v.InferOutput<ReturnType<typeof groupBody>>): Response {
  const name = groupName(c);
  const { resourceGroups } = c.var.subscription;
  if (body.managedBy !== undefined && body.managedBy !== null) throw notServed(c, " with managedBy");
  const location = normalLocation(body.location);
  requireGroupRegion(c.var.context.cloud, location);
  const existing = resourceGroups.get(name.toLowerCase());
  if (isBeingDeleted(c.var.subscription, String(existing?.["id"]))) {
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
    type,
    location,
    tags: body.tags ?? {},
    properties: { provisioningState: "Succeeded" },
  };
  resourceGroups.set(name.toLowerCase(), group);
  return c.json(group, existing ? 200 : 201);
}
