import { randomUUID, timingSafeEqual } from "node:crypto";
import { Hono, type Context as Exchange } from "hono";
import type { CloudContext } from "../cloud";
import type { CredentialRestrictions as Restrictions, SubscriptionConditions, User } from "../context";
import { findCustomer } from "../customer-index";
import { generatedCustomers, newRelationship } from "../customers";
import type { FaultRule } from "../faults";
import { defaultPolicy } from "../graph/credential-policies";
import type { Pipeline } from "../pipeline";
import { secretHash } from "../secret-hash";
import { seedsOf } from "../seeds";
import {
  clockInput,
  customerInput,
  faultInput,
  partnerCenterInput,
  readInput,
  subscriptionInput,
  tenantInput,
  userInput,
} from "./inputs";
import { overviewPage } from "./overview";
import { cloudState } from "./state";
import { vaultAdministration } from "./vaults";

export interface AdminOptions extends Pipeline {
  adminToken: string;
  contexts: () => CloudContext[];
  reset: () => void;
}

/** Everything outside of the clouds: the overview page and, with the admin token, state, clock, faults and request log. */
export function adminService(options: AdminOptions): Hono {
  const { adminToken, contexts, requests, reset } = options;
  const app = new Hono();
  const state = () => contexts().map(cloudState);
  app.get("/", () => overviewPage(state(), requests.entries()));
  app.use("/_admin/*", async (c: Exchange, next) => {
    if (!isBearer(c.req.header("authorization"), adminToken)) {
      c.header("www-authenticate", 'Bearer realm="embedded cloud administration"');
      return fail(c, 401, "Unauthorized", "send the token in adminTokenFile as Authorization: Bearer <token>");
    }
    await next();
    return undefined;
  });
  app.get("/_admin/state", (c) => c.json({ clouds: state() }));
  app.post("/_admin/reset", (c) => {
    reset();
    return c.body(null, 204);
  });
  app.get("/_admin/requests", (c) => c.json({ requests: requests.entries() }));
  app.delete("/_admin/requests", (c) => {
    requests.clear();
    return c.body(null, 204);
  });
  addClock(app, options);
  addFaults(app, options);
  addUsers(app, options);
  addSubscriptions(app, options);
  addTenants(app, options);
  addPartnerCenter(app, options);
  addCustomers(app, options);
  app.route("/_admin/vaults", vaultAdministration(contexts));
  app.notFound((c) => fail(c, 501, "NotImplemented", `${c.req.method} ${c.req.path} is not served here`));
  return app;
}

function addClock(app: Hono, { clock }: AdminOptions): void {
  const now = (c: Exchange) => c.json({ now: new Date(clock.now()).toISOString() });
  app.get("/_admin/clock", now);
  app.post("/_admin/clock", async (c) => {
    const input = readInput(clockInput, await jsonBody(c));
    if ("problems" in input) return fail(c, 400, "BadRequest", input.problems.join("; "));
    clock.advance(input.value.advance);
    return now(c);
  });
}

function addFaults(app: Hono, { faults }: AdminOptions): void {
  app.get("/_admin/faults", (c) => c.json({ faults: faults.list() }));
  app.post("/_admin/faults", async (c) => {
    const input = readInput(faultInput, await jsonBody(c));
    if ("problems" in input) return fail(c, 400, "BadRequest", input.problems.join("; "));
    return c.json(faults.add(input.value as FaultRule), 201);
  });
  app.delete("/_admin/faults", (c) => {
    faults.clear();
    return c.body(null, 204);
  });
  app.delete("/_admin/faults/:id", (c) =>
    faults.remove(c.req.param("id")) ? c.body(null, 204) : fail(c, 404, "NotFound", "there is no such fault"),
  );
}

function addUsers(app: Hono, { clock, contexts }: AdminOptions): void {
  app.post("/_admin/users/:name", async (c) => {
    const name = c.req.param("name").toLowerCase();
    const tenants = contexts().flatMap((context) => [...context.tenants.values()]);
    const users = tenants.flatMap((tenant): User[] => [...tenant.users.values()]);
    const user = users.find(({ userPrincipalName }) => userPrincipalName.toLowerCase() === name);
    if (user === undefined) return fail(c, 404, "NotFound", `there is no user ${name}`);
    const input = readInput(userInput, await jsonBody(c));
    if ("problems" in input) return fail(c, 400, "BadRequest", input.problems.join("; "));
    const { accountEnabled, mfa, revokeSessions } = input.value;
    if (accountEnabled !== undefined) user.accountEnabled = accountEnabled;
    if (mfa !== undefined) user.mfa = mfa;
    if (revokeSessions === true) user.revokedBefore = clock.now();
    return c.json({ userPrincipalName: user.userPrincipalName, accountEnabled: user.accountEnabled, mfa: user.mfa });
  });
}

function addSubscriptions(app: Hono, { contexts }: AdminOptions): void {
  app.post("/_admin/subscriptions/:id", async (c) => {
    const id = c.req.param("id").toLowerCase();
    const tenants = contexts().flatMap((context) => [...context.tenants.values()]);
    const subscription = tenants.map(({ subscriptions }) => subscriptions.get(id)).find((one) => one !== undefined);
    if (subscription === undefined) return fail(c, 404, "NotFound", `there is no subscription ${id}`);
    const input = readInput(subscriptionInput, await jsonBody(c));
    if ("problems" in input) return fail(c, 400, "BadRequest", input.problems.join("; "));
    subscription.conditions = input.value as SubscriptionConditions;
    return c.json({ subscriptionId: subscription.subscriptionId, conditions: subscription.conditions });
  });
}

function addPartnerCenter(app: Hono, { clock, contexts }: AdminOptions): void {
  const shown = (c: Exchange) =>
    c.json({
      clouds: contexts().map(({ cloud, tenants, partnerCenterLimit: { perSecond, answered, refused } }) => ({
        cloud,
        requestsPerSecond: perSecond,
        answered,
        refused,
        customers: [...tenants.values()].reduce((sum, { customers }) => sum + customers.length, 0),
      })),
    });
  app.get("/_admin/partner-center", shown);
  app.post("/_admin/partner-center", async (c) => {
    const input = readInput(partnerCenterInput, await jsonBody(c));
    if ("problems" in input) return fail(c, 400, "BadRequest", input.problems.join("; "));
    const { requestsPerSecond, generatedCustomers: count } = input.value;
    for (const { partnerCenterLimit, row, tenants } of contexts()) {
      if (requestsPerSecond !== undefined) partnerCenterLimit.perSecond = requestsPerSecond;
      const { partner, customers: seeded } = seedsOf(row.name);
      const tenant = tenants.get(partner.id);
      if (count === undefined || tenant === undefined) continue;
      const generated = generatedCustomers(tenant.id, count, new Date(clock.now()).toISOString());
      tenant.customers = [...tenant.customers.slice(0, seeded.length), ...generated];
    }
    return shown(c);
  });
}

function addCustomers(app: Hono, { clock, contexts }: AdminOptions): void {
  app.post("/_admin/customers/:id", async (c) => {
    const id = c.req.param("id");
    const [found] = contexts()
      .flatMap(({ tenants }) => [...tenants.values()])
      .flatMap((partner) => {
        const customer = findCustomer(partner.customers, id);
        return customer === undefined ? [] : [{ partner, customer }];
      });
    if (found === undefined) return fail(c, 404, "NotFound", `there is no customer ${id}`);
    const input = readInput(customerInput, await jsonBody(c));
    if ("problems" in input) return fail(c, 400, "BadRequest", input.problems.join("; "));
    const { relationships } = input.value;
    found.customer.relationships = relationships.map((one) => newRelationship(found.partner.id, one, clock.now()));
    return c.json({ id: found.customer.id, relationships: found.customer.relationships });
  });
}

function addTenants(app: Hono, { contexts }: AdminOptions): void {
  app.post("/_admin/tenants/:id", async (c) => {
    const id = c.req.param("id").toLowerCase();
    const tenant = contexts()
      .map(({ tenants }) => tenants.get(id))
      .find((one) => one !== undefined);
    if (tenant === undefined) return fail(c, 404, "NotFound", `there is no tenant ${id}`);
    const input = readInput(tenantInput, await jsonBody(c));
    if ("problems" in input) return fail(c, 400, "BadRequest", input.problems.join("; "));
    const { adminConsentRequests, credentialPolicies } = input.value;
    if (adminConsentRequests !== undefined) tenant.adminConsentRequests = adminConsentRequests;
    if (credentialPolicies === undefined) return c.json({ id, adminConsentRequests: tenant.adminConsentRequests });
    const { default: ofTenant, own, exempt } = credentialPolicies;
    delete tenant.credentialPolicies;
    tenant.credentialPolicies = {
      ...(ofTenant && {
        default: { ...defaultPolicy(tenant), isEnabled: true, restrictions: ofTenant as Restrictions },
      }),
      own: own.map(({ appliesTo, restrictions }, index) => ({
        id: randomUUID(),
        displayName: `Custom app management policy ${index + 1}`,
        description: "",
        isEnabled: true,
        restrictions: restrictions as Restrictions,
        appliesTo,
      })),
      exempt,
    };
    return c.json({ id, credentialPolicies: tenant.credentialPolicies });
  });
}

/** Hashes are compared: they have the same length, and the time of the comparison reveals nothing about the token. */
function isBearer(authorization: string | undefined, token: string): boolean {
  const presented = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  return presented !== undefined && timingSafeEqual(Buffer.from(secretHash(presented)), Buffer.from(secretHash(token)));
}

async function jsonBody(c: Exchange): Promise<unknown> {
  return c.req.json<unknown>().catch(() => undefined);
}

const fail = (c: Exchange, status: 400 | 401 | 404 | 501, code: string, message: string): Response =>
  c.json({ error: { code, message } }, status);
