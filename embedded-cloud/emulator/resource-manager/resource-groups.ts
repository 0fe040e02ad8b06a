import { Hono, type MiddlewareHandler } from "hono";
import * as v from "valibot";
import type { Context, Subscription } from "../context";
import type { FilterRules } from "../odata/filter-rules";
import { strictObject } from "../strict-json";
import { isAllowed, requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { echoed, readBody, tagValues } from "./body";
import { notServed, ResourceError, resourceGroupNotFound } from "./errors";
import { beginDeletion, deletionJob, isBeingDeleted } from "./group-deletion";
import { accepted } from "./long-operations";
import { normalLocation } from "./paths";
import { filtered, listOf } from "./query";
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

const filterable = { type: "Edm.String", operators: ["eq"] } as const;
const filterRules: FilterRules = {
  type: "ResourceGroup",
  properties: new Set(["tagName", "tagValue"]),
  filterable: { tagName: filterable, tagValue: filterable },
};

/** Resource groups: create or update, read, check, list, delete. */
export function resourceGroupRoutes(context: Context): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.get("/", (c) => {
    const groups = [...c.get("subscription").resourceGroups.values()];
    const readable = groups.filter((group) => isAllowed(c, String(group["id"]), `${groupsType}/read`));
    const tagsOf = ({ tags }: Record<string, unknown>) =>
      Object.entries(tags as object).map(([tagName, tagValue]) => ({ tagName, tagValue: tagValue as unknown }));
    return listOf(c, context, filtered(c, readable, filterRules, tagsOf));
  });

  routes.put("/:group", async (c) => {
    const id = groupId(c.get("subscription"), c.req.param("group"));
    requireAction(c, id, `${groupsType}/write`);
    return putGroup(c, context, id, c.req.param("group"), await readBody(c, groupBody(id)));
  });

  // Handles HEAD as well.
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

const longestName = 90;

/** Refuses an invalid name of a resource group for every request. Letters of every alphabet are allowed. */
export const checkGroupName: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const name = c.req.param("group") ?? "";
  const invalid = name.replaceAll(/[\p{L}\p{N}_.()-]/gu, "") || /\.$/u.exec(name)?.[0];
  if (invalid !== undefined) {
    const characters = [...new Set(invalid)].join("");
    throw new ResourceError(
      400,
      "InvalidResourceGroup",
      `The provided resource group name '${name}' has these invalid characters: '${characters}'. ` +
        "The name can only be a letter, digit, '-', '.', '(', ')' or '_'.",
    );
  }
  if (name.length > longestName) {
    const message = `The provided resource group name '${name}' has more than ${longestName} characters.`;
    throw new ResourceError(400, "InvalidResourceGroup", message);
  }
  await next();
};

function putGroup(
  c: ResourceContext,
  { cloud }: Context,
  id: string,
  name: string,
  body: v.InferOutput<ReturnType<typeof groupBody>>,
): Response {
  const { resourceGroups } = c.get("subscription");
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
    type,
    location,
    tags: body.tags ?? {},
    properties: { provisioningState: "Succeeded" },
  };
  resourceGroups.set(name.toLowerCase(), group);
  return c.json(group, existing ? 200 : 201);
}
