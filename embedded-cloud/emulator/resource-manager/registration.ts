import { Hono, type MiddlewareHandler } from "hono";
import type { Subscription } from "../context";
import { requireAction, type ResourceEnv } from "./authorization";
import { ResourceError } from "./errors";
import { subscriptionId } from "./subscriptions";

const namespace = "Microsoft.KeyVault";

/** A subscription that never had a vault: whatever is asked of the resource provider, reading too, is refused until it is registered. */
export const requireRegistration: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const subscription = c.get("subscription");
  if (
    c.req.path.includes(`/providers/${namespace}/`) &&
    !c.req.path.endsWith("/register") &&
    !isRegistered(subscription)
  ) {
    throw new ResourceError(
      409,
      "MissingSubscriptionRegistration",
      `The subscription is not registered to use namespace '${namespace}'. ` +
        "See https://aka.ms/rps-not-found for how to register subscriptions.",
    );
  }
  await next();
};

/** The resource provider itself: whether it is registered, and registering it. */
export function registrationRoutes(): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();
  routes.get("/", (c) => {
    requireAction(c, subscriptionId(c.get("subscription")), "Microsoft.Resources/subscriptions/providers/read");
    return c.json(render(c.get("subscription"), isRegistered(c.get("subscription")) ? "Registered" : "NotRegistered"));
  });
  routes.post("/register", (c) => {
    const subscription = c.get("subscription");
    requireAction(c, subscriptionId(subscription), `${namespace}/register/action`);
    if (subscription.conditions !== undefined) delete subscription.conditions.unregistered;
    return c.json(render(subscription, "Registering"));
  });
  return routes;
}

function isRegistered({ conditions }: Subscription): boolean {
  return !(conditions?.unregistered ?? []).includes(namespace);
}

function render(subscription: Subscription, registrationState: string): Record<string, unknown> {
  return { id: `${subscriptionId(subscription)}/providers/${namespace}`, namespace, registrationState };
}
