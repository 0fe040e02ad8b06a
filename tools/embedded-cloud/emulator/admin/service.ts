import { timingSafeEqual } from "node:crypto";
import { Hono, type Context as Exchange } from "hono";
import type { CloudContext } from "../cloud";
import type { SubscriptionConditions, Tenant, User } from "../context";
import { findCustomer } from "../customer-index";
import { generatedCustomers, newRelationship } from "../customers";
import type { FaultRule } from "../faults";
import { assignGraphRoles } from "../partner-tenant";
import type { Pipeline } from "../pipeline";
import { secretHash } from "../secret-hash";
import { seedsOf } from "../seeds";
import {
  applicationInput,
  clockInput,
  customerInput,
  faultInput,
  partnerCenterInput,
  subscriptionInput,
  tenantInput,
  userInput,
} from "./inputs";
import { overviewPage } from "./overview";
import { AdminRefusal, existing, inputOf } from "./refusals";
import { cloudState } from "./state";
import { vaultAdministration } from "./vaults";

export interface AdminOptions extends Pipeline {
  adminToken: string;
  contexts: () => CloudContext[];
  reset: () => void;
}

/** The overview page and, with the admin token, state, clock, faults and request log of all clouds. */
export function adminService(options: AdminOptions): Hono {
  const { adminToken, contexts, requests, reset } = options;
  const app = new Hono();
  const state = () => contexts().map(cloudState);
  app.get("/", () => overviewPage(state(), requests.entries()));
  app.use("/_admin/*", async (c: Exchange, next) => {
    if (!isBearer(c.req.header("authorization"), adminToken)) {
      c.header("www-authenticate", 'Bearer realm="embedded cloud administration"');
      const message = "send the token in adminTokenFile as Authorization: Bearer <token>";
      throw new AdminRefusal(401, "Unauthorized", message);
    }
    await next();
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
  addApplications(app, options);
  addSubscriptions(app, options);
  addTenants(app, options);
  addPartnerCenter(app, options);
  addCustomers(app, options);
  app.route("/_admin/vaults", vaultAdministration(contexts));
  app.all("*", (c) => {
    throw new AdminRefusal(501, "NotImplemented", `${c.req.method} ${c.req.path} is not served here`);
  });
  app.onError((error, c) => {
    if (!(error instanceof AdminRefusal)) throw error;
    return c.json({ error: { code: error.code, message: error.message } }, error.status);
  });
  return app;
}

const tenantsOf = (contexts: CloudContext[]): Tenant[] => contexts.flatMap(({ tenants }) => [...tenants.values()]);

function addClock(app: Hono, { clock }: AdminOptions): void {
  const now = (c: Exchange) => c.json({ now: new Date(clock.now()).toISOString() });
  app.get("/_admin/clock", now);
  app.post("/_admin/clock", async (c) => {
    clock.advance((await inputOf(c, clockInput)).advance);
    return now(c);
  });
}

function addFaults(app: Hono, { faults }: AdminOptions): void {
  app.get("/_admin/faults", (c) => c.json({ faults: faults.list() }));
  app.post("/_admin/faults", async (c) => {
    return c.json(faults.add((await inputOf(c, faultInput)) as FaultRule), 201);
  });
  app.delete("/_admin/faults", (c) => {
    faults.clear();
    return c.body(null, 204);
  });
  app.delete("/_admin/faults/:id", (c) => {
    if (!faults.remove(c.req.param("id"))) throw new AdminRefusal(404, "NotFound", "there is no such fault");
    return c.body(null, 204);
  });
}

function addUsers(app: Hono, { clock, contexts }: AdminOptions): void {
  app.post("/_admin/users/:name", async (c) => {
    const name = c.req.param("name").toLowerCase();
    const users = tenantsOf(contexts()).flatMap((tenant): User[] => [...tenant.users.values()]);
    const found = users.find(({ userPrincipalName }) => userPrincipalName.toLowerCase() === name);
    const user = existing(found, `user ${name}`);
    const { accountEnabled, mfa, revokeSessions } = await inputOf(c, userInput);
    if (accountEnabled !== undefined) user.accountEnabled = accountEnabled;
    if (mfa !== undefined) user.mfa = mfa;
    if (revokeSessions === true) user.revokedBefore = clock.now();
    return c.json({ userPrincipalName: user.userPrincipalName, accountEnabled: user.accountEnabled, mfa: user.mfa });
  });
}

/** What an administrator who grants application permissions does. */
function addApplications(app: Hono, { contexts }: AdminOptions): void {
  app.post("/_admin/applications/:id", async (c) => {
    const id = c.req.param("id").toLowerCase();
    const all = tenantsOf(contexts()).flatMap((tenant) =>
      [...tenant.servicePrincipals.values()].map((principal) => ({ tenant, principal })),
    );
    const { tenant, principal } = existing(
      all.find((one) => one.principal.appId === id),
      `application ${id}`,
    );
    const { appRoles } = await inputOf(c, applicationInput);
    assignGraphRoles(tenant, principal, appRoles);
    return c.json({ appId: id, appRoles });
  });
}

function addSubscriptions(app: Hono, { contexts }: AdminOptions): void {
  app.post("/_admin/subscriptions/:id", async (c) => {
    const id = c.req.param("id").toLowerCase();
    const found = tenantsOf(contexts()).map(({ subscriptions }) => subscriptions.get(id));
    const subscription = existing(
      found.find((one) => one !== undefined),
      `subscription ${id}`,
    );
    subscription.conditions = (await inputOf(c, subscriptionInput)) as SubscriptionConditions;
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
    const { requestsPerSecond, generatedCustomers: count } = await inputOf(c, partnerCenterInput);
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
    const found = tenantsOf(contexts()).flatMap((partner) => {
      const customer = findCustomer(partner.customers, id);
      return customer === undefined ? [] : [{ partner, customer }];
    });
    const { partner, customer } = existing(found[0], `customer ${id}`);
    const { relationships } = await inputOf(c, customerInput);
    customer.relationships = relationships.map((one) => newRelationship(partner.id, one, clock.now()));
    return c.json({ id: customer.id, relationships: customer.relationships });
  });
}

function addTenants(app: Hono, { contexts }: AdminOptions): void {
  app.post("/_admin/tenants/:id", async (c) => {
    const id = c.req.param("id").toLowerCase();
    const found = tenantsOf(contexts()).find((one) => one.id === id);
    const tenant = existing(found, `tenant ${id}`);
    const changes = await inputOf(c, tenantInput);
    Object.assign(tenant, changes);
    return c.json({ id, ...changes });
  });
}

/** Compares hashes, so that the time of the comparison reveals nothing about the token. */
function isBearer(authorization: string | undefined, token: string): boolean {
  const presented = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
  return presented !== undefined && timingSafeEqual(Buffer.from(secretHash(presented)), Buffer.from(secretHash(token)));
}
