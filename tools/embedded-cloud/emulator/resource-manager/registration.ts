import { Hono, type MiddlewareHandler } from "hono";
import type { Subscription } from "../context";
import { requireAction, type ResourceEnv } from "./authorization";
import { ResourceError } from "./errors";
import { subscriptionId } from "./subscriptions";

/** The resource providers that a subscription must register. */
export const namespaces = [
  "Microsoft.KeyVault",
  "Microsoft.Storage",
  "Microsoft.OperationalInsights",
  "Microsoft.Insights",
] as const;

/** Until a provider is registered for the subscription, every request to it is refused, also for reading. */
export const requireRegistration: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const subscription = c.var.subscription;
  // A request goes to the last resource provider of its path.
  const last = c.req.path.slice(c.req.path.lastIndexOf("/providers/"));
  const namespace = namespaces.find((one) => last.startsWith(`/providers/${one}/`));
  if (namespace !== undefined && !c.req.path.endsWith("/register") && !isRegistered(subscription, namespace)) {
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
export function registrationRoutes(namespace: string): Hono<ResourceEnv> {
  const routes = new Hono<ResourceEnv>();
  routes.get("/", (c) => {
    requireAction(c, subscriptionId(c.var.subscription), "Microsoft.Resources/subscriptions/providers/read");
    const subscription = c.var.subscription;
    const state = isRegistered(subscription, namespace) ? "Registered" : "NotRegistered";
    return c.json(render(subscription, namespace, state));
  });
  routes.post("/register", (c) => {
    const subscription = c.var.subscription;
    requireAction(c, subscriptionId(subscription), `${namespace}/register/action`);
    const { conditions } = subscription;
    const left = (conditions?.unregistered ?? []).filter((one) => one !== namespace);
    if (left.length > 0) Object.assign(conditions ?? {}, { unregistered: left });
    else delete conditions?.unregistered;
    return c.json(render(subscription, namespace, "Registering"));
  });
  return routes;
}

function isRegistered({ conditions }: Subscription, namespace: string): boolean {
  return !(conditions?.unregistered ?? []).includes(namespace);
}

function render(subscription: Subscription, namespace: string, registrationState: string): Record<string, unknown> {
  return { id: `${subscriptionId(subscription)}/providers/${namespace}`, namespace, registrationState };
}
