import { Hono } from "hono";
import type { Subscription, Tenant } from "../context";
import { mayAct } from "./access";
import { requireAction, type ResourceContext, type ResourceEnv } from "./authorization";
import { notServed } from "./errors";
import { normalLocation } from "./paths";
import { regionNamesOf } from "./regions";

const read = "Microsoft.Resources/subscriptions/read";

export function subscriptionId(subscription: Subscription): string {
  return `/subscriptions/${subscription.subscriptionId}`;
}

/** The subscriptions of the token's tenant that the caller may read. */
export function listSubscriptions(c: ResourceContext): Response {
  const { tenant, home } = c.var;
  const { oid } = c.var.claims;
  const value = [...tenant.subscriptions.values()]
    .filter((subscription) => mayAct({ home, subscription, oid, scope: subscriptionId(subscription) }, read))
    .map((subscription) => render(tenant, subscription));
  return c.json({ value, count: { type: "Total", value: value.length } });
}

/** The caller's tenant: of others, in which an account is a guest, there are none here. */
export function listTenants(c: ResourceContext): Response {
  if (c.var.tenant !== c.var.home) throw notServed(c, " in a customer's tenant");
  const { id: tenantId, displayName, domains } = c.var.tenant;
  const one = {
    id: `/tenants/${tenantId}`,
    tenantId,
    displayName,
    domains: domains.filter(({ isVerified }) => isVerified).map(({ id }) => id),
    defaultDomain: domains.find(({ isDefault }) => isDefault)?.id,
    tenantType: "AAD",
    tenantCategory: "Home",
  };
  return c.json({ value: [one] });
}

/** One subscription, and the regions of its cloud. */
export function subscriptionRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();
  routes.get("/locations", (c) => {
    const id = subscriptionId(c.var.subscription);
    requireAction(c, id, "Microsoft.Resources/subscriptions/locations/read");
    const value = regionNamesOf(c.var.context.cloud).map((displayName) => ({
      id: `${id}/locations/${normalLocation(displayName)}`,
      name: normalLocation(displayName),
      type: "Region",
      displayName,
      regionalDisplayName: displayName,
      metadata: { regionType: "Physical" },
    }));
    return c.json({ value });
  });
  routes.get("/", (c) => {
    requireAction(c, subscriptionId(c.var.subscription), read);
    return c.json(render(c.var.tenant, c.var.subscription));
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
