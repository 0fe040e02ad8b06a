import { Hono } from "hono";
import * as v from "valibot";
import type { StorageAccount } from "../context";
import { strictObject } from "../strict-json";
import { requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { echoed, readBody } from "./body";
import { notServed } from "./errors";
import { accountId, accountOf } from "./storage-accounts";

const blobServices = "Microsoft.Storage/storageAccounts/blobServices";

/** How long deleted data can be restored: 1 to 365 days. */
const retention = v.nullish(
  v.pipe(
    strictObject({
      enabled: v.boolean(),
      days: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365))),
      allowPermanentDelete: v.nullish(v.boolean()),
    }),
    v.check(({ enabled, days }) => !enabled || typeof days === "number", "an enabled policy has days"),
  ),
);

const bodyOf = (id: string) =>
  strictObject({
    ...echoed(id, blobServices),
    properties: v.optional(
      strictObject({
        isVersioningEnabled: v.nullish(v.boolean()),
        deleteRetentionPolicy: retention,
        containerDeleteRetentionPolicy: retention,
        cors: v.nullish(strictObject({ corsRules: v.pipe(v.array(v.unknown()), v.maxLength(0)) })),
      }),
      {},
    ),
  });

/** Every account has one blob service, "default": read it, and replace its properties. */
export function blobServiceRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();

  routes.get("/:service", (c) => {
    requireAction(c, serviceId(c), `${blobServices}/read`);
    return c.json(render(c, accountOf(c)));
  });

  routes.put("/:service", async (c) => {
    requireAction(c, serviceId(c), `${blobServices}/write`);
    const account = accountOf(c);
    const { properties } = await readBody(c, bodyOf(serviceId(c)));
    account.blobService = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
    return c.json(render(c, account));
  });

  return routes;
}

function serviceId(c: ResourceContext): string {
  if (c.req.param("service") !== "default") throw notServed(c);
  return `${accountId(c)}/blobServices/default`;
}

const render = (c: ResourceContext, { resource, blobService }: StorageAccount): Record<string, unknown> => ({
  sku: resource["sku"],
  id: serviceId(c),
  name: "default",
  type: blobServices,
  properties: {
    cors: { corsRules: [] },
    deleteRetentionPolicy: { allowPermanentDelete: false, enabled: false },
    ...blobService,
  },
});
