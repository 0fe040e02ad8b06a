import type { Context as HonoContext, MiddlewareHandler } from "hono";
import type { AccessClaims, Context, Subscription, Tenant } from "../context";
import { mayAct } from "./access";
import { ResourceError } from "./errors";

/** What every request of Resource Manager carries once its token held; the subscription only where the path names one. */
export interface ResourceEnv {
  Variables: { claims: AccessClaims; tenant: Tenant; subscription: Subscription };
}

export type ResourceContext = HonoContext<ResourceEnv>;

/** Lets only a valid token of this cloud's Resource Manager through, and finds the caller's tenant. */
export function authenticate(context: Context): MiddlewareHandler<ResourceEnv> {
  return async (c, next) => {
    const authorization = c.req.header("authorization");
    const claims = await context.tokens.verify(authorization, context.origins.resourceManager);
    const tenant = claims && context.tenants.get(claims.tid);
    if (!claims || !tenant) {
      c.header("WWW-Authenticate", `Bearer authorization_uri="${context.origins.authority}/common"`);
      throw authorization === undefined
        ? new ResourceError(
            401,
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
          )
        : new ResourceError(401, "InvalidAuthenticationToken", "The access token is invalid.");
    }
    c.set("claims", claims);
    c.set("tenant", tenant);
    await next();
  };
}

/** Finds the subscription in the path; it has to belong to the caller's tenant. */
export function subscriptionOfPath(context: Context): MiddlewareHandler<ResourceEnv> {
  return async (c, next) => {
    const id = c.req.param("subscriptionId") ?? "";
    const subscription = c.get("tenant").subscriptions.get(id.toLowerCase());
    if (!subscription) {
      throw [...context.tenants.values()].some((tenant) => tenant.subscriptions.has(id.toLowerCase()))
        ? new ResourceError(
            401,
            "InvalidAuthenticationTokenTenant",
            `The access token is from the wrong issuer: the subscription '${id}' belongs to another tenant.`,
          )
        : new ResourceError(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`);
    }
    c.set("subscription", subscription);
    await next();
  };
}

/** Whether the caller's roles allow the action at this scope. */
export function isAllowed(c: ResourceContext, scope: string, action: string): boolean {
  const { oid } = c.get("claims");
  return mayAct({ tenant: c.get("tenant"), subscription: c.get("subscription"), oid, scope }, action);
}

/** Refuses a caller whose roles do not allow the action at this scope. */
export function requireAction(c: ResourceContext, scope: string, action: string): void {
  if (!isAllowed(c, scope, action)) {
    const { oid, appid, upn } = c.get("claims");
    throw new ResourceError(
      403,
      "AuthorizationFailed",
      `The client '${upn ?? appid}' with object id '${oid}' does not have authorization to perform action '${action}' ` +
        `over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
  }
}
