/** The partner's customers, and what the service account may do there. */
import { join } from "node:path";
import { fieldsOf, listOf, printedIn, textOf } from "../answers";
import type { Check } from "../check";
import type { World } from "../world";
import { vaultOf } from "./application";
import { customersPage } from "./partner-center";

const found = new WeakMap<World, Promise<string[]>>();

/** Tenants of at most two customers, as Partner Center lists them. @throws Error when it refuses */
export async function twoCustomers(world: World): Promise<string[]> {
  const known = found.get(world) ?? askForTwo(world);
  found.set(world, known);
  return await known;
}

async function askForTwo(world: World): Promise<string[]> {
  const { status, body } = await customersPage(world, { size: 2 });
  if (status !== 200) throw new Error(`Partner Center refuses the list of customers: ${status}.`);
  return listOf(body?.["items"]).map(({ id }) => textOf(id));
}

/** States of a relationship. Source: "delegatedAdminRelationship resource type". */
const states = [
  "activating",
  "active",
  "approvalPending",
  "approved",
  "created",
  "expired",
  "expiring",
  "terminated",
  "terminating",
  "terminationRequested",
];

const gdapRelationships: Check = {
  id: "gdap-relationships",
  promise:
    "customers list --access names every customer with its granular relationships, in one of the documented states, an active one with its end and its roles.",
  needs: ["deployment", "AdminAgents", "two customers"],
  effect: "reads",
  settles: [],
  expected: { exitCode: 0, listed: true, unread: 0, odd: [] },
  look: async (world) => {
    const two = await twoCustomers(world);
    const { code, stdout } = await world.deployment.command(
      "customers",
      "list",
      "--access",
      "--json",
      ...vaultOf(world),
    );
    const customers = listOf(printedIn(stdout));
    const relationships = customers.map(({ access }) => fieldsOf(access)["relationships"]);
    const all = relationships.flatMap(listOf);
    const isOdd = ({ status, endsOn, roles }: (typeof all)[number]) =>
      !states.includes(textOf(status)) ||
      (status === "active" && (textOf(endsOn) === "" || !Array.isArray(roles) || roles.length === 0));
    return {
      exitCode: code,
      listed: two.every((id) => customers.some(({ tenantId }) => tenantId === id)),
      unread: relationships.filter((one) => !Array.isArray(one)).length,
      odd: [...new Set(all.filter(isOdd).map(({ status }) => textOf(status)))],
    };
  },
};

const customersWithoutConsent: Check = {
  id: "customers-without-consent",
  promise:
    "If no customer has consented to the application, customers check reports each of them, with the command that consents.",
  needs: ["deployment", "AdminAgents", "two customers"],
  effect: "reads",
  settles: ["tools/embedded-cloud/README.md"],
  expected: { exitCode: 3, ok: 0, failed: 2 },
  look: async (world) => {
    // Named customers' failures go with the run's folder.
    const failures = ["--failures", join(world.deployment.folder, "customers.csv")];
    const argv = [
      ...(await twoCustomers(world)),
      "--grant",
      "graph=User.Read",
      "--json",
      ...failures,
      ...vaultOf(world),
    ];
    const { code, stdout } = await world.deployment.command("customers", "check", ...argv);
    const { failed, outcomes } = fieldsOf(printedIn(stdout));
    return { exitCode: code, ok: Number(fieldsOf(outcomes)["ok"] ?? 0), failed: Number(failed ?? 0) };
  },
};

const customerConsent: Check = {
  id: "customer-consent",
  promise:
    "customers consent makes a consent in a customer's tenant, with which customers check and token --tenant succeed there; after customers revoke neither does.",
  needs: ["deployment", "AdminAgents", "a customer (--customer)"],
  effect: "changes",
  settles: ["tools/embedded-cloud/README.md"],
  expected: {
    consent: 0,
    check: 0,
    token: 0,
    revoke: 0,
    after: 3,
  },
  look: async (world) => {
    const { deployment, customer = "" } = world;
    const run = async (...argv: string[]) => (await deployment.command(...argv, ...vaultOf(world))).code;
    const grant = [customer, "--grant", "graph=User.Read"];
    deployment.owes("customers", "revoke", customer, "--yes", ...vaultOf(world));
    const consent = await run("customers", "consent", ...grant);
    const check = await run("customers", "check", ...grant);
    const token = await run("token", "graph", "--tenant", customer);
    const revoke = await deployment.undo();
    return { consent, check, token, revoke, after: await run("customers", "check", ...grant) };
  },
};

export const customerChecks: readonly Check[] = [gdapRelationships, customersWithoutConsent, customerConsent];
