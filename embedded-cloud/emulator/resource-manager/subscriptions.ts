import { Hono } from "hono";
import type { Subscription, Tenant } from "../context";
import { mayAct } from "./access";
import { requireAction, type ResourceEnv } from "./authorization";

const read = "Microsoft.Resources/subscriptions/read";

export function subscriptionId(subscription: Subscription): string {
  return `/subscriptions/${subscription.subscriptionId}`;
}

/** The tenant's subscriptions that the caller may read. */
export function subscriptionListRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();
  routes.get("/", (c) => {
    const tenant = c.get("tenant");
    const { oid } = c.get("claims");
    const value = [...tenant.subscriptions.values()]
      .filter((subscription) => mayAct({ tenant, subscription, oid, scope: subscriptionId(subscription) }, read))
      .map((subscription) => render(tenant, subscription));
    return c.json({ value, count: { type: "Total", value: value.length } });
  });
  return routes;
}

/** One subscription. */
export function subscriptionRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();
  routes.get("/", (c) => {
    requireAction(c, subscriptionId(c.get("subscription")), read);
    return c.json(render(c.get("tenant"), c.get("subscription")));
  });
  return routes;
}

function render(tenant: Tenant, subscription: Subscription): Record<string, unknown> {
  return {
    id: subscriptionId(subscription),
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: subscription.subscriptionId,
    tenantId: tenant.id,
    displayName: subscription.displayName,
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "PayAsYouGo_2014-09-01",
      spendingLimit: "Off",
    },
  };
}
