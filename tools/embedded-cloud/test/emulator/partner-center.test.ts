import type { UserSeed } from "../../emulator/seed-schema";
import { partnerTenant, registerModestApplication, type RegisteredApplication } from "../../testing/applications";
import { emulatorForEach } from "../../testing/emulator";
import { asking } from "../../testing/callers";
import { askForToken, ownForm, signedIn } from "../../testing/oauth";

let application: RegisteredApplication;
const cloud = emulatorForEach((started) => (application = registerModestApplication(started)));

async function tokenOf(account: UserSeed = cloud.seeds.users.serviceAccount): Promise<string> {
  return String((await signedIn(cloud, application, { account }))["access_token"]);
}

const call = (token: string, path: string, headers?: Record<string, string>) =>
  asking(cloud.origins.partnerCenter, `Bearer ${token}`)("GET", path, undefined, headers);

test("the customers of the partner, as Partner Center writes them", async () => {
  const { status, body } = await call(await tokenOf(), "/v1/customers");
  const { id, domain, companyName } = cloud.seeds.customers[0];
  expect(status).toBe(200);
  expect(body).toMatchObject({ totalCount: 3, attributes: { objectType: "Collection" } });
  expect((body as { items: unknown[] }).items[0]).toEqual({
    id,
    commerceId: id,
    companyProfile: {
      tenantId: id,
      domain,
      companyName,
      links: { self: { uri: `/customers/${id}/profiles/company`, method: "GET", headers: [] } },
      attributes: { objectType: "CustomerCompanyProfile" },
    },
    relationshipToPartner: "reseller",
    links: { self: { uri: `/customers/${id}`, method: "GET", headers: [] } },
    attributes: { objectType: "Customer" },
  });
});

test("pages follow each other by the continuation token in the next link, which no header repeats", async () => {
  const token = await tokenOf();
  const first = await call(token, "/v1/customers?size=2");
  const { links } = first.body as { links: { next: { headers: { key: string; value: string }[] } } };
  const continuation = links.next.headers[0]?.value ?? "";
  expect(first.body).toMatchObject({
    totalCount: 2,
    links: {
      next: {
        uri: "/customers?size=2&seekOperation=Next",
        method: "GET",
        headers: [{ key: "MS-ContinuationToken", value: continuation }],
      },
    },
  });
  expect(first.headers.has("MS-ContinuationToken")).toBe(false);
  const second = await call(token, "/v1/customers?size=2&seekOperation=Next", { "MS-ContinuationToken": continuation });
  expect(Object.keys((second.body as { links: object }).links)).toEqual(["self"]);
  expect(second.body).toMatchObject({ totalCount: 1, items: [{ id: cloud.seeds.customers[2].id }] });
});

test("one customer", async () => {
  const token = await tokenOf();
  const [customer] = cloud.seeds.customers;
  expect(await call(token, `/v1/customers/${customer.id}`)).toMatchObject({ status: 200, body: { id: customer.id } });
});

test("ValidateMfa shows in a header whether there was a second factor", async () => {
  const validate = { ValidateMfa: "true" };
  const withoutMfa = await call(await tokenOf(cloud.seeds.users.serviceAccountWithoutMfa), "/v1/customers", validate);
  expect([withoutMfa.status, withoutMfa.headers.get("isMfaCompliant")]).toEqual([401, "false"]);
  const withMfa = await call(await tokenOf(), "/v1/customers", validate);
  expect([withMfa.status, withMfa.headers.get("isMfaCompliant")]).toEqual([200, "true"]);
  expect((await call(await tokenOf(), "/v1/customers")).headers.has("isMfaCompliant")).toBe(false);
});

test("an application's own token works for a pre-consented application alone", async () => {
  const form = ownForm(cloud, application, cloud.origins.partnerCenter);
  const token = String((await askForToken(cloud, form)).body["access_token"]);
  expect((await call(token, "/v1/customers")).status).toBe(403);
  const { adminAgents } = cloud.seeds.groups;
  partnerTenant(cloud).groups.get(adminAgents.id)?.members.add(application.servicePrincipal.id);
  expect((await call(token, "/v1/customers")).status).toBe(200);
});

describe("application consents", () => {
  const consents = () => `/v1/customers/${cloud.seeds.customers[0].id}/applicationconsents`;
  const microsoftGraph = "00000003-0000-0000-c000-000000000000";
  const grant = { enterpriseApplicationId: microsoftGraph, scope: "Directory.Read.All,User.Read" };
  const consent = (changes: object = {}) => ({
    applicationId: application.clientId,
    displayName: "Partner Center Web App",
    applicationGrants: [grant],
    ...changes,
  });
  const ask = async (method: string, path: string, body?: unknown) =>
    await asking(cloud.origins.partnerCenter, `Bearer ${await tokenOf()}`)(method, path, body);
  const post = (body: unknown) => ask("POST", consents(), body);
  const customer = () => {
    const [found] = partnerTenant(cloud).customers;
    if (found === undefined) throw new Error("The seeds have no customer.");
    return found;
  };

  test("are added and taken back", async () => {
    expect(await post(consent())).toMatchObject({ status: 201, body: consent() });
    expect(customer().applicationConsents.size).toBe(1);
    expect((await ask("DELETE", `${consents()}/${application.clientId}`)).status).toBe(204);
    expect(customer().applicationConsents.size).toBe(0);
  });

  /** The accepted JSON types of each property. */
  const kinds = { text: "x", number: 1, flag: true, list: [], object: {}, nothing: null };
  test.each<[string, (value: unknown) => object, (keyof typeof kinds)[]]>([
    ["applicationId", (applicationId) => consent({ applicationId }), []],
    ["displayName", (displayName) => consent({ displayName }), ["text", "nothing"]],
    ["applicationGrants", (applicationGrants) => consent({ applicationGrants }), []],
    ["applicationGrants.0", (value) => consent({ applicationGrants: [value] }), []],
    [
      "applicationGrants.0.enterpriseApplicationId",
      (enterpriseApplicationId) => consent({ applicationGrants: [{ ...grant, enterpriseApplicationId }] }),
      [],
    ],
    ["applicationGrants.0.scope", (scope) => consent({ applicationGrants: [{ ...grant, scope }] }), []],
    ["flavour", (flavour) => consent({ flavour }), []],
    ["applicationGrants.0.flavour", (flavour) => consent({ applicationGrants: [{ ...grant, flavour }] }), []],
  ])("%s has one type", async (path, bodyOf, taken) => {
    for (const [kind, value] of Object.entries(kinds)) {
      customer().applicationConsents.clear();
      const answer = await post(bodyOf(value));
      const isTaken = taken.includes(kind as keyof typeof kinds);
      const description = expect.stringContaining(path) as string;
      const expected = isTaken ? { status: 201 } : { status: 400, body: { code: 400, description } };
      expect({ kind, ...answer }).toMatchObject({ kind, ...expected });
      expect(customer().applicationConsents.size).toBe(isTaken ? 1 : 0);
    }
  });
});
