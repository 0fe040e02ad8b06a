import { Hono } from "hono";
import * as v from "valibot";
import type { ResourceDocument } from "../context";
import { strictObject } from "../strict-json";
import { requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { echoed, readBody, tagValues } from "./body";
import { resourceNotFound } from "./errors";
import { normalLocation } from "./paths";
import { requireTypeRegion } from "./regions";
import { findGroup, groupId } from "./resource-groups";

export const workspaces = "Microsoft.OperationalInsights/workspaces";

const workspaceBody = (id: string) =>
  strictObject({
    ...echoed(id, workspaces),
    location: v.string(),
    tags: tagValues,
    properties: v.optional(
      strictObject({
        sku: v.nullish(strictObject({ name: v.string() })),
        retentionInDays: v.nullish(v.pipe(v.number(), v.integer())),
      }),
      {},
    ),
  });

/** Log Analytics workspaces, as destinations of logs. No logs arrive in them. */
export function workspaceRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.put("/:workspace", async (c) => {
    const id = authorizedId(c, "write");
    const subscription = c.var.subscription;
    findGroup(c);
    const { location, tags, properties } = await readBody(c, workspaceBody(id));
    requireTypeRegion(c.var.context.cloud, workspaces, normalLocation(location));
    const resource: ResourceDocument = {
      ...{ id, name: c.req.param("workspace"), type: workspaces, location: normalLocation(location), tags: tags ?? {} },
      properties: {
        provisioningState: "Succeeded",
        retentionInDays: properties.retentionInDays ?? 30,
        sku: { name: properties.sku?.name ?? "PerGB2018" },
      },
    };
    (subscription.workspaces ??= new Map()).set(id.toLowerCase(), resource);
    return c.json(resource);
  });

  routes.get("/:workspace", (c) => {
    const id = authorizedId(c, "read");
    const found = c.var.subscription.workspaces?.get(id.toLowerCase());
    if (found !== undefined) return c.json(found);
    throw resourceNotFound(workspaces, c.req.param("workspace"), c.req.param("group") ?? "");
  });

  routes.delete("/:workspace", (c) => {
    const id = authorizedId(c, "delete");
    return c.body(null, c.var.subscription.workspaces?.delete(id.toLowerCase()) === true ? 200 : 204);
  });

  return routes;
}

function authorizedId(c: ResourceContext, verb: "read" | "write" | "delete"): string {
  const group = groupId(c);
  const id = `${group}/providers/${workspaces}/${c.req.param("workspace") ?? ""}`;
  requireAction(c, id, `${workspaces}/${verb}`);
  return id;
}
