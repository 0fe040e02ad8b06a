import type { Emulator } from "../../../embedded-cloud/emulator/emulator";
import type { UserSeed } from "../../../embedded-cloud/emulator/seed-schema";
import {
  modelPermissions,
  partnerTenant,
  registerModestApplication,
  type RegisteredApplication,
} from "./support/applications";
import { emulatorForEach } from "./support/emulator";
import { askForToken, signedIn } from "./support/oauth";

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
    headers: { authorization: `Bearer ${token}`, ...headers },
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

test.each(["?size=0", "?size=501", "?size=many", "?seekOperation=Next", "?seekOperation=Last"])(
  "400 for %s",
  async (query) => {
    expect(await call(await tokenOf(), `/v1/customers${query}`)).toMatchObject(failure(400, 400));
  },
);

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
  const consent = () => ({
    applicationId: application.clientId,
    displayName: "Partner Center Web App",
    applicationGrants: [
      { enterpriseApplicationId: modelPermissions[1]?.resourceAppId, scope: "Directory.Read.All,User.Read" },
    ],
  });

  test("are added once, read, and taken back", async () => {
    const token = await tokenOf();
    const post = { method: "POST", body: consent() };
    expect(await call(token, consents(), post)).toMatchObject({ status: 201, body: consent() });
    expect(await call(token, consents(), post)).toMatchObject(failure(409, 409, "Permission entry already exists."));
    expect((await call(token, consents())).body).toMatchObject({ totalCount: 1, items: [consent()] });
    const one = `${consents()}/${application.clientId}`;
    expect(await call(token, one)).toMatchObject({ status: 200, body: consent() });
    expect((await call(token, one, { method: "DELETE" })).status).toBe(204);
    expect(await call(token, one, { method: "DELETE" })).toMatchObject(failure(404, 404));
  });

  test.each<[string, unknown]>([
    ["applicationId: ", { applicationGrants: [] }],
    ["applicationGrants: ", { applicationId: "0b5f7c2e-8d16-4a39-b4e7-92c1d6f3a850", applicationGrants: [] }],
    ["body: ", undefined],
  ])("400 that names %s", async (path, body) => {
    const answer = await call(await tokenOf(), consents(), { method: "POST", body: body ?? null });
    expect(answer).toMatchObject(failure(400, 400, expect.stringContaining(path)));
  });
});

test.each(["/v1/invoices", "/v1/customers?filter=x"])("501 for %s, naming it", async (path) => {
  const answer = await call(await tokenOf(), path);
  expect(answer).toMatchObject(failure(501, 501, expect.stringContaining(`GET ${path.split("?")[0] ?? ""}`)));
});
