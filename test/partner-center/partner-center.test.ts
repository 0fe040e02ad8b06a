import { clouds } from "../../lib/config/clouds";
import { HttpFailure } from "../../lib/http/http-failure";
import { PartnerCenter } from "../../lib/partner-center/api";
import { addConsent, removeConsent } from "../../lib/partner-center/application-consents";
import { customerPages } from "../../lib/partner-center/customers";
import { PartnerCenterError, partnerCenterError } from "../../lib/partner-center/errors";
import { askMfaCompliance } from "../../lib/partner-center/mfa";
import { registerModestApplication } from "../../tools/embedded-cloud/testing/applications";
import { type Emulator, emulatorForEach } from "../../tools/embedded-cloud/testing/emulator";
import { askForToken, refreshing, signedIn } from "../../tools/embedded-cloud/testing/oauth";
import { withShortPauses } from "../support/pauses";

let emulator: Emulator;
emulatorForEach((started) => {
  emulator = started;
});

async function api(account: keyof Emulator["seeds"]["users"] = "serviceAccount"): Promise<PartnerCenter> {
  const answers = { account: emulator.seeds.users[account] };
  const { access_token: token } = await signedIn(emulator, registerModestApplication(emulator), answers);
  return new PartnerCenter({ ...clouds.AzureCloud, partnerCenter: emulator.origins.partnerCenter }, String(token));
}
const listed = async (partnerCenter: PartnerCenter, pageSize?: number) =>
  (await Array.fromAsync(customerPages(partnerCenter, pageSize))).flat();
const asked = () =>
  emulator.requests
    .entries()
    .filter(({ service }) => service === "partnerCenter")
    .map(({ method, path, status }) => `${method} ${path} ${status}`);

test("a path never names another origin, and no access token is asked for", async () => {
  const accessToken = jest.fn(() => Promise.resolve("canary"));
  const partnerCenter = new PartnerCenter(
    { ...clouds.AzureCloud, partnerCenter: "https://partner.example" },
    accessToken,
  );
  const { host } = new URL(emulator.origins.partnerCenter);
  await expect(partnerCenter.answer({ what: "Listing", path: `@${host}/v1/customers` })).rejects.toMatchObject({
    code: "http-elsewhere",
  });
  expect([accessToken.mock.calls, asked()]).toEqual([[], []]);
});

describe("customers", () => {
  const all = () =>
    emulator.seeds.customers.map(({ id, domain, companyName }) => ({ tenantId: id, domain, name: companyName }));

  test("are listed over all pages, each asked for with the header that the last one's link holds", async () => {
    expect(await listed(await api(), 1)).toEqual(all());
    expect(asked().map((line) => line.replace("seekOperation=…", "seekOperation=Next"))).toEqual([
      "GET /v1/customers?size=1 200",
      "GET /v1/customers?size=1&seekOperation=Next 200",
      "GET /v1/customers?size=1&seekOperation=Next 200",
    ]);
  });

  test.each([
    "../../etc",
    "common",
    "",
    "6f0f3a8e-1111-4222-8333-0c3f0a6f6b51/..",
    "6f0f3a8e-1111-4222-8333-0c3f0a6f6b51\n",
  ])("whose id is %j are refused: it becomes a tenant and a file's name", async (id) => {
    const [{ domain }] = emulator.seeds.customers;
    const partnerCenter = await api();
    for (const one of [{ id }, { id: emulator.seeds.partner.id, companyProfile: { tenantId: id || "x", domain } }]) {
      const body = { totalCount: 1, items: [one] };
      emulator.faults.add({ service: "partnerCenter", path: "/v1/customers", status: 200, body });
      await expect(listed(partnerCenter)).rejects.toThrow(/unexpected JSON \(expected \/\S+ at items\.0\.tenantId\)/u);
    }
  });

  test.each([
    ["a field", { continuationToken: "Y3VzdG9tZXJzLzE=" }, {}],
    ["a header alone", { continuationToken: null }, { "MS-ContinuationToken": "Y3VzdG9tZXJzLzE=" }],
  ])("go on where %s names the next page", async (_, body, headers) => {
    const partnerCenter = await api();
    emulator.faults.add({ service: "partnerCenter", status: 200, headers, body: { items: [], ...body } });
    expect(await listed(partnerCenter)).toEqual(all().slice(1));
  });

  test.each([
    [
      "otherAccount",
      403,
      403,
      /^Listing the customers was refused: 403\. The caller is not a member of AdminAgents .* AdminAgents of the partner tenant/u,
    ],
    [
      "serviceAccountWithoutMfa",
      401,
      900421,
      /^Listing the customers was refused: 401, code 900421\. .* secure-app-model consent --force$/u,
    ],
  ] as const)("%s is refused with the step that helps", async (account, status, number, text) => {
    const failure = await listed(await api(account)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartnerCenterError);
    expect(failure).toMatchObject({ status, number, message: expect.stringMatching(text) as string });
  });

  test("are out of reach when Partner Center is", async () => {
    const partnerCenter = await api();
    emulator.faults.add({ service: "partnerCenter", drop: true, times: 0 });
    const failure = await withShortPauses(() => listed(partnerCenter)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HttpFailure);
    expect((failure as Error).message).toBe(
      `Partner Center (${emulator.origins.partnerCenter}) cannot be reached: ECONNRESET. Check the network and the proxy (HTTPS_PROXY, NO_PROXY).`,
    );
  });
});

describe("consents", () => {
  const grant = { resourceAppId: "00000003-0000-0000-c000-000000000000", scopes: ["User.Read", "Directory.Read.All"] };
  /** The calling application, its interface, and the scopes that a redemption in the customer's tenant grants, or its refusal. */
  const asking = async () => {
    const application = registerModestApplication(emulator);
    const { access_token: access, refresh_token: refresh } = await signedIn(emulator, application);
    const { partnerCenter } = emulator.origins;
    const granted = async (customer: string) => {
      const form = refreshing(application, String(refresh), emulator.origins.microsoftGraph);
      const { body } = await askForToken(emulator, form, `/${customer}/oauth2/v2.0/token`);
      const names = String(body["scope"])
        .split(" ")
        .map((scope) => scope.slice(scope.lastIndexOf("/") + 1));
      return body["error_codes"] ?? names.filter((name) => name !== ".default");
    };
    const interfaceOf = new PartnerCenter({ ...clouds.AzureCloud, partnerCenter }, String(access));
    return { api: interfaceOf, applicationId: application.clientId, granted };
  };

  test("are added, found there the second time, and taken back; a redemption shows which there are", async () => {
    const { api: partnerCenter, applicationId, granted } = await asking();
    const consent = { applicationId, displayName: "Partner Center Web App", grants: [grant] };
    const [{ id }] = emulator.seeds.customers;
    expect(await granted(id)).toEqual([90099]);
    expect(await addConsent(partnerCenter, id, consent)).toBe("consented");
    expect(await granted(id)).toEqual(grant.scopes);
    expect(await addConsent(partnerCenter, id, consent)).toBe("already");
    expect(await removeConsent(partnerCenter, id, applicationId)).toBe("revoked");
    expect(await granted(id)).toEqual([90099]);
    expect(await removeConsent(partnerCenter, id, applicationId)).toBe("absent");
    const methods = asked().map((line) => line.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, "…"));
    expect(methods).toEqual([
      "POST /v1/customers/…/applicationconsents 201",
      "POST /v1/customers/…/applicationconsents 409",
      "DELETE /v1/customers/…/applicationconsents/… 204",
      "DELETE /v1/customers/…/applicationconsents/… 404",
      "GET /v1/customers/… 200",
    ]);
  });
});

describe("multi-factor authentication", () => {
  test.each([
    ["serviceAccount", true],
    ["serviceAccountWithoutMfa", false],
  ] as const)("of %s: %s", async (account, expected) => {
    expect(await askMfaCompliance(await api(account))).toBe(expected);
  });

  const answering = async (status: number, body: object, headers: Record<string, string> = {}) => {
    const partnerCenter = await api();
    emulator.faults.add({ service: "partnerCenter", status, body, headers });
    return await askMfaCompliance(partnerCenter);
  };

  test("is believed from the body as well, where the header is not there", async () => {
    expect(await answering(200, { isMfaCompliant: false })).toBe(false);
    expect(await answering(200, {}, { ismfacompliant: "True" })).toBe(true);
  });

  test("stays open where nothing says it", async () => {
    expect(await answering(200, {})).toBeUndefined();
    expect(await answering(401, { code: 900421, description: "No second factor" })).toBe(false);
    await expect(answering(403, { code: 403, description: "No" })).rejects.toThrow(PartnerCenterError);
  });
});

test.each([
  [undefined, "404."],
  [{ code: "x", description: "" }, "404."],
  [{ code: 2000, description: "Gone" }, "404, code 2000. Gone."],
])("a refusal with the body %j still says what to do", (body, text) => {
  const fix = "Customers and their tenants: secure-app-model customers list";
  expect(partnerCenterError("Asking", 404, body).message).toBe(`Asking was refused: ${text} ${fix}`);
});
