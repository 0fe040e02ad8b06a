import type { Emulator } from "../../emulator/emulator";
import type { UserSeed } from "../../emulator/seed-schema";
import { partnerTenant, registerModestApplication, type RegisteredApplication } from "../../testing/applications";
import { emulatorForEach } from "../../testing/emulator";
import { askForToken, signedIn } from "../../testing/oauth";

let cloud: Emulator;
let application: RegisteredApplication;
emulatorForEach((started) => {
  cloud = started;
  application = registerModestApplication(cloud);
});

async function tokenOf(account: UserSeed = cloud.seeds.users.serviceAccount): Promise<string> {
  return String((await signedIn(cloud, application, { account }))["access_token"]);
}

async function call(
  token: string,
  path: string,
  options: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
) {
  const { method = "GET", body, headers = {} } = options;
  const response = await fetch(`${cloud.origins.partnerCenter}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
}

const failure = (status: number, code: number, description: unknown = expect.any(String)) => ({
  status,
  body: { code, description, data: [], source: "PartnerFD" },
});

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
  const second = await call(token, "/v1/customers?size=2&seekOperation=Next", {
    headers: { "MS-ContinuationToken": continuation },
  });
  expect(Object.keys((second.body as { links: object }).links)).toEqual(["self"]);
  expect(second.body).toMatchObject({ totalCount: 1, items: [{ id: cloud.seeds.customers[2].id }] });
});

test.each([
  "?size=0",
  "?size=501",
  "?size=many",
  "?size=",
  "?size=1e1",
  "?size=-1",
  "?seekOperation=Next",
  "?seekOperation=Last",
])("400 for %s", async (query) => {
  expect(await call(await tokenOf(), `/v1/customers${query}`)).toMatchObject(failure(400, 400));
});

test("one customer, and 404 for somebody else's", async () => {
  const token = await tokenOf();
  const [customer] = cloud.seeds.customers;
  expect(await call(token, `/v1/customers/${customer.id}`)).toMatchObject({ status: 200, body: { id: customer.id } });
  expect(await call(token, `/v1/customers/${cloud.seeds.partner.id}`)).toMatchObject(failure(404, 404));
});

test("401 without a token for Partner Center", async () => {
  expect(await call("none", "/v1/customers")).toMatchObject(failure(401, 401));
  const { clientId, clientSecret } = application;
  const other = await askForToken(cloud, {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${cloud.origins.microsoftGraph}/.default`,
  });
  expect(await call(String(other.body["access_token"]), "/v1/customers")).toMatchObject(failure(401, 401));
});

test("401 code 900421 without a second factor; ValidateMfa says so in a header", async () => {
  const validate = { headers: { ValidateMfa: "true" } };
  const withoutMfa = await call(await tokenOf(cloud.seeds.users.serviceAccountWithoutMfa), "/v1/customers", validate);
  expect(withoutMfa).toMatchObject(failure(401, 900421));
  expect(withoutMfa.headers.get("isMfaCompliant")).toBe("false");
  const withMfa = await call(await tokenOf(), "/v1/customers", validate);
  expect([withMfa.status, withMfa.headers.get("isMfaCompliant")]).toEqual([200, "true"]);
  expect((await call(await tokenOf(), "/v1/customers")).headers.has("isMfaCompliant")).toBe(false);
});

test("403 for an account that is not in AdminAgents", async () => {
  const answer = await call(await tokenOf(cloud.seeds.users.otherAccount), "/v1/customers");
  expect(answer).toMatchObject(failure(403, 403, expect.stringContaining("AdminAgents")));
});

test("an application's own token works for a pre-consented application alone", async () => {
  const form = {
    grant_type: "client_credentials",
    client_id: application.clientId,
    client_secret: application.clientSecret,
    scope: `${cloud.origins.partnerCenter}/.default`,
  };
  const token = String((await askForToken(cloud, form)).body["access_token"]);
  expect(await call(token, "/v1/customers")).toMatchObject(failure(403, 403));
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
  const post = async (body: unknown) => await call(await tokenOf(), consents(), { method: "POST", body });
  const customer = () => {
    const [found] = partnerTenant(cloud).customers;
    if (found === undefined) throw new Error("The seeds have no customer.");
    return found;
  };

  test("are added once and taken back; nobody reads them", async () => {
    const token = await tokenOf();
    expect(await post(consent())).toMatchObject({ status: 201, body: consent() });
    expect(await post(consent())).toMatchObject(failure(409, 409, "Permission entry already exists."));
    const one = `${consents()}/${application.clientId}`;
    for (const path of [consents(), one]) {
      const text = `The embedded cloud does not serve GET ${path} of Partner Center.`;
      expect(await call(token, path)).toMatchObject(failure(501, 501, text));
    }
    expect((await call(token, one, { method: "DELETE" })).status).toBe(204);
    expect(await call(token, one, { method: "DELETE" })).toMatchObject(failure(404, 404));
    expect(customer().applicationConsents.size).toBe(0);
  });

  test("take an account's token: an application's own is refused, each way", async () => {
    const { adminAgents } = cloud.seeds.groups;
    partnerTenant(cloud).groups.get(adminAgents.id)?.members.add(application.servicePrincipal.id);
    const { body } = await askForToken(cloud, {
      grant_type: "client_credentials",
      client_id: application.clientId,
      client_secret: application.clientSecret,
      scope: `${cloud.origins.partnerCenter}/.default`,
    });
    const token = String(body["access_token"]);
    const text = expect.stringContaining("App+User") as string;
    expect(await call(token, consents(), { method: "POST", body: consent() })).toMatchObject(failure(403, 403, text));
    const one = `${consents()}/${application.clientId}`;
    expect(await call(token, one, { method: "DELETE" })).toMatchObject(failure(403, 403, text));
  });

  test("are for the application that asks, and for no other, each way", async () => {
    const { clientId } = registerModestApplication(cloud);
    const text = `Application ${application.clientId} cannot change the consent of application ${clientId}.`;
    expect(await post(consent({ applicationId: clientId }))).toMatchObject(failure(403, 403, text));
    const one = `${consents()}/${clientId}`;
    expect(await call(await tokenOf(), one, { method: "DELETE" })).toMatchObject(failure(403, 403, text));
  });

  test.each([
    ["an enterprise application that is none", { enterpriseApplicationId: "11111111-2222-4333-8444-555555555555" }],
    ["a scope that there is not", { scope: "User.Read,Flavour.Read" }],
    ["a permission for applications alone", { scope: "SecurityEvents.Read.All" }],
    ["scopes with spaces between", { scope: "User.Read Directory.Read.All" }],
    ["a scope of another resource", { scope: "user_impersonation" }],
    ["no scope between two commas", { scope: "User.Read,,Directory.Read.All" }],
  ])("400 for %s", async (_, changes) => {
    const answer = await post(consent({ applicationGrants: [grant, { ...grant, ...changes }] }));
    expect(answer).toMatchObject(failure(400, 400, expect.stringContaining("applicationGrants")));
    expect(customer().applicationConsents.size).toBe(0);
  });

  test("403 where the granular relationship has none of the roles that consenting takes", async () => {
    await post(consent());
    customer().relationships = [];
    const text = expect.stringContaining("Cloud Application Administrator") as string;
    expect(await post(consent())).toMatchObject(failure(403, 403, text));
    const one = `${consents()}/${application.clientId}`;
    expect(await call(await tokenOf(), one, { method: "DELETE" })).toMatchObject(failure(403, 403, text));
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
      const expected = taken.includes(kind as keyof typeof kinds)
        ? { status: 201 }
        : failure(400, 400, expect.stringContaining(path));
      expect({ kind, ...answer }).toMatchObject({ kind, ...expected });
    }
  });

  test.each([[undefined], [[]], ["x"]])("400 for %j", async (body) => {
    expect(await post(body ?? null)).toMatchObject(failure(400, 400, expect.stringContaining("body: ")));
  });

  test("415 for what is no JSON, 400 for what only says so", async () => {
    const send = async (type: string, body: string) => {
      const headers = { authorization: `Bearer ${await tokenOf()}`, "content-type": type };
      return (await fetch(`${cloud.origins.partnerCenter}${consents()}`, { method: "POST", headers, body })).status;
    };
    expect(await send("text/plain", JSON.stringify(consent()))).toBe(415);
    expect(await send("application/json", "{")).toBe(400);
  });
});

test.each([
  ["GET", "/v1/invoices"],
  ["GET", "/v1/customers?filter=x"],
  ["GET", "/v1/customers?Size=1"],
  ["GET", "/v1/customers/{customer}?flavour=mint"],
  ["POST", "/v1/customers/{customer}/applicationconsents?flavour=mint"],
  ["DELETE", "/v1/customers/{customer}/applicationconsents/{customer}?flavour=mint"],
  ["PATCH", "/v1/customers/{customer}"],
  ["POST", "/v1/customers"],
])("501 for %s %s, naming it", async (method, path) => {
  const filled = path.replaceAll("{customer}", cloud.seeds.customers[0].id);
  const answer = await call(await tokenOf(), filled, { method, ...(method === "POST" && { body: {} }) });
  const [named = ""] = filled.split("?");
  expect(answer).toMatchObject(failure(501, 501, expect.stringContaining(`${method} ${named}`)));
});
