/** A partner's tokens in its customers' tenants, with MSAL. */
import { AuthError, ConfidentialClientApplication } from "@azure/msal-node";
import { azureAdGraph, microsoftGraph } from "../../emulator/first-party";
import { relationshipsOf } from "../../emulator/customers";
import type { UserSeed } from "../../emulator/seed-schema";
import { seeds } from "../../emulator/seeds";
import {
  consentForEverybody,
  partnerTenant,
  registerApplication,
  type RegisteredApplication,
} from "../../testing/applications";
import { asking } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";
import { claimsOf, signedIn } from "../../testing/oauth";

let application: RegisteredApplication;
const cloud = emulatorForEach((started) => {
  application = registerApplication(started);
  consentForEverybody(started, application.application);
});

/** Under granular privileges; the last seeded customer still has delegated ones. */
const [customer, , dapCustomer] = seeds.customers;

function firstCustomer() {
  const [found] = partnerTenant(cloud).customers;
  if (found === undefined) throw new Error("The seeds have no customer.");
  return found;
}

async function partnerToken(account: UserSeed = cloud.seeds.users.serviceAccount) {
  const { access_token: access, refresh_token: refresh } = await signedIn(cloud, application, { account });
  return { access: String(access), refresh: String(refresh) };
}

async function consentFor(customerId: string, access: string): Promise<void> {
  const ask = asking(cloud.origins.partnerCenter, `Bearer ${access}`);
  const { status } = await ask("POST", `/v1/customers/${customerId}/applicationconsents`, {
    applicationId: application.clientId,
    displayName: "Partner Center Web App",
    applicationGrants: [
      { enterpriseApplicationId: azureAdGraph.appId, scope: "User.Read, Directory.AccessAsUser.All" },
      { enterpriseApplicationId: microsoftGraph.appId, scope: "User.Read" },
    ],
  });
  expect(status).toBe(201);
}

/** msal-node, redeeming at a tenant; the number of the refusal where there is one. */
async function redeemAt(tenant: string, refreshToken: string, resource: string) {
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: application.clientId,
      clientSecret: application.clientSecret,
      authority: `${cloud.url}/${tenant}`,
      knownAuthorities: [new URL(cloud.url).host],
    },
  });
  try {
    const result = await client.acquireTokenByRefreshToken({
      refreshToken,
      scopes: [`${resource}/.default`],
      forceCache: true,
    });
    const cache = JSON.parse(client.getTokenCache().serialize()) as {
      RefreshToken: Record<string, { secret: string }>;
    };
    const rolled = Object.values(cache.RefreshToken)[0]?.secret ?? "";
    return { claims: claimsOf(result?.accessToken), rolled };
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    return Number(/AADSTS(\d+)/u.exec(error.errorMessage)?.[1]);
  }
}

describe("in a customer's tenant", () => {
  test("a consented application's token is the customer's, with the scopes consented to, and rolls on at home", async () => {
    const { access, refresh } = await partnerToken();
    await consentFor(customer.id, access);
    const first = await redeemAt(customer.domain, refresh, cloud.origins.azureAdGraph);
    if (typeof first === "number") throw new Error(`AADSTS${first}`);
    const { serviceAccount } = cloud.seeds.users;
    expect(first.claims).toMatchObject({
      tid: customer.id,
      iss: `${cloud.url}/${customer.id}/`,
      aud: cloud.origins.azureAdGraph,
      oid: serviceAccount.id,
      upn: serviceAccount.userPrincipalName,
      amr: ["pwd", "mfa"],
      scp: "User.Read Directory.AccessAsUser.All",
    });
    const home = await redeemAt(cloud.seeds.partner.id, first.rolled, cloud.origins.partnerCenter);
    expect(home).toMatchObject({ claims: { tid: cloud.seeds.partner.id } });
  });

  test("AADSTS65001: a resource that the consent leaves out", async () => {
    const { access, refresh } = await partnerToken();
    await consentFor(customer.id, access);
    expect(await redeemAt(customer.id, refresh, cloud.origins.resourceManager)).toBe(65001);
  });

  test("AADSTS90099: without a consent; a pre-consent counts under delegated admin privileges alone", async () => {
    const { refresh } = await partnerToken();
    const redemptions = async () => [
      await redeemAt(customer.id, refresh, cloud.origins.azureAdGraph),
      await redeemAt(dapCustomer.id, refresh, cloud.origins.azureAdGraph),
    ];
    expect(await redemptions()).toEqual([90099, 90099]);
    partnerTenant(cloud).groups.get(cloud.seeds.groups.adminAgents.id)?.members.add(application.servicePrincipal.id);
    expect(await redemptions()).toEqual([
      90099,
      expect.objectContaining({
        claims: expect.objectContaining({
          tid: dapCustomer.id,
          scp: "Directory.AccessAsUser.All User.Read",
        }) as object,
      }),
    ]);
    // The model's own permissions include none for Azure, in a customer's tenant as in the partner's.
    expect(await redeemAt(dapCustomer.id, refresh, cloud.origins.resourceManager)).toBe(65001);
  });

  test("AADSTS50020: an account that is none of the partner's admin agents", async () => {
    const agent = await partnerToken();
    await consentFor(customer.id, agent.access);
    const { refresh } = await partnerToken(cloud.seeds.users.otherAccount);
    expect(await redeemAt(customer.id, refresh, cloud.origins.azureAdGraph)).toBe(50020);
  });

  test("AADSTS50020 and 50177: under granular privileges a group with a role there admits, and no guest", async () => {
    const { access, refresh } = await partnerToken();
    await consentFor(customer.id, access);
    const found = firstCustomer();
    const redeem = async () => await redeemAt(customer.id, refresh, cloud.origins.azureAdGraph);
    const [usual] = relationshipsOf(partnerTenant(cloud), found);
    if (usual === undefined) throw new Error("The customer has no relationship.");
    found.relationships = [{ ...usual, endDateTime: "2026-01-01T00:00:00Z" }];
    expect(await redeem()).toBe(50020);
    found.relationships = [usual, { ...usual, id: "unassigned", assignments: [] }];
    expect(await redeem()).toMatchObject({ claims: { tid: customer.id } });
    found.relationships = [{ ...usual, assignments: [] }];
    expect(await redeem()).toBe(50020);
    delete found.relationships;
    found.guests = new Set([cloud.seeds.users.serviceAccount.id]);
    expect(await redeem()).toBe(50177);
  });

  test("AADSTS50076 and 53003: the customer's Conditional Access, and not that of the partner", async () => {
    const { access, refresh } = await partnerToken();
    await consentFor(customer.id, access);
    const found = firstCustomer();
    for (const [policy, number] of [
      ["asks for multi-factor authentication", 50076],
      ["blocks", 53003],
    ] as const) {
      found.conditionalAccess = policy;
      expect(await redeemAt(customer.id, refresh, cloud.origins.azureAdGraph)).toBe(number);
    }
    expect(await redeemAt(cloud.seeds.partner.id, refresh, cloud.origins.partnerCenter)).not.toBe(53003);
  });

  test("AADSTS700082 and 50173: a token that has ended or was revoked is refused there too", async () => {
    const { access, refresh } = await partnerToken();
    await consentFor(customer.id, access);
    const user = partnerTenant(cloud).users.get(cloud.seeds.users.serviceAccount.id);
    if (user !== undefined) user.revokedBefore = cloud.clock.now();
    expect(await redeemAt(customer.id, refresh, cloud.origins.azureAdGraph)).toBe(50173);
    cloud.clock.advance(90 * 24 * 3600 * 1000);
    expect(await redeemAt(customer.id, refresh, cloud.origins.azureAdGraph)).toBe(700082);
  });
});
