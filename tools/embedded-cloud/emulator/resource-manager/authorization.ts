import type { Context as HonoContext, MiddlewareHandler } from "hono";
import type { AccessClaims, Context, Subscription, Tenant } from "../context";
import { directoriesOf, type Directories, tenantsWithSubscriptions } from "../directories";
import type { Query } from "../odata/query";
import { uncheckedClaims } from "../unchecked-claims";
import { mayAct } from "./access";
import { ResourceError } from "./errors";

/** Only the cloud is there from the start; a subscription is there only if the path contains one. */
export interface ResourceEnv {
  Variables: Directories & { claims: AccessClaims; subscription: Subscription; query: Query; context: Context };
}

export type ResourceContext = HonoContext<ResourceEnv>;

export const nowOf = (c: ResourceContext): number => c.var.context.clock.now();

/** Accepts only a valid token for this cloud's Resource Manager, and finds its tenant. */
export const authenticate: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const { context } = c.var;
  const authorization = c.req.header("authorization");
  const claims = await context.tokens.verify(authorization, context.origins.resourceManager);
  const directories = claims && directoriesOf(context, claims.tid);
  if (!claims || !directories) {
    const { error, hint } = tokenProblem(authorization, context);
    const authority = `${context.origins.authority}/${tenantOfPath(c.req.path, context) ?? "common"}`;
    const challenge = `authorization_uri="${authority}", error="invalid_token", error_description="${hint}"`;
    c.header("WWW-Authenticate", `Bearer ${challenge}`);
    throw error;
  }
  c.set("claims", claims);
  c.set("tenant", directories.tenant);
  c.set("home", directories.home);
  await next();
};

function tokenProblem(authorization: string | undefined, context: Context): { error: ResourceError; hint: string } {
  if (authorization === undefined) {
    const message = "Authentication failed. The 'Authorization' header is missing.";
    return { error: new ResourceError(401, "AuthenticationFailed", message), hint: message };
  }
  const said = uncheckedClaims(authorization);
  const now = context.clock.now();
  if (said?.aud === context.origins.resourceManager && said.exp * 1000 <= now) {
    const [end, current] = [timeText(said.exp * 1000), timeText(now)];
    const message = `The access token expiry UTC time '${end}' is earlier than current UTC time '${current}'.`;
    return {
      error: new ResourceError(401, "ExpiredAuthenticationToken", message),
      hint: "The access token has expired.",
    };
  }
  const message = "The access token is invalid.";
  return { error: new ResourceError(401, "InvalidAuthenticationToken", message), hint: message };
}

const inUtc = new Intl.DateTimeFormat("en-US", {
  ...({ year: "numeric", month: "numeric", day: "numeric", timeZone: "UTC" } as const),
  ...({ hour: "numeric", minute: "2-digit", second: "2-digit" } as const),
});
/** In .NET's format: 6/15/2026 9:27:25 AM. */
const timeText = (time: number): string =>
  inUtc
    .format(time)
    .replace(",", "")
    .replace(/\s(?=[AP]M)/u, " ");

/** The challenge names the tenant of a path's subscription: that is how clients find it. */
function tenantOfPath(path: string, context: Context): string | undefined {
  const [, , subscription = ""] = path.split("/");
  return tenantOf(context, subscription)?.id;
}

const tenantOf = (context: Context, subscription: string): Tenant | undefined =>
  tenantsWithSubscriptions(context).find(({ subscriptions }) => subscriptions.has(subscription.toLowerCase()));

/** Finds the subscription in the path; it must belong to the token's tenant. */
export const subscriptionOfPath: MiddlewareHandler<ResourceEnv> = async (c, next) => {
  const id = c.req.param("subscriptionId") ?? "";
  const subscription = c.var.tenant.subscriptions.get(id.toLowerCase());
  if (!subscription) {
    const message = `The access token is from the wrong issuer: the subscription '${id}' belongs to another tenant.`;
    throw tenantOf(c.var.context, id) === undefined
      ? new ResourceError(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`)
      : new ResourceError(401, "InvalidAuthenticationTokenTenant", message);
  }
  c.set("subscription", subscription);
  await next();
};

/** Whether the caller's roles allow the action at this scope. */
export function isAllowed(c: ResourceContext, scope: string, action: string): boolean {
  const { oid } = c.var.claims;
  return mayAct({ home: c.var.home, subscription: c.var.subscription, oid, scope }, action);
}

/** Refuses a caller whose roles do not allow the action at this scope. */
export function requireAction(c: ResourceContext, scope: string, action: string): void {
  if (!isAllowed(c, scope, action)) {
    const { oid, appid, upn } = c.var.claims;
    throw new ResourceError(
      403,
      "AuthorizationFailed",
      `The client '${upn ?? appid}' with object id '${oid}' does not have authorization to perform action '${action}' ` +
        `over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
  }
}
