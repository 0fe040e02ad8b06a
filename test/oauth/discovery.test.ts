import { messageOf } from "../../lib/errors/text";
import { createHttpHeaders } from "@azure/core-rest-pipeline";
import { clouds, cloudOf } from "../../lib/config/clouds";
import { httpClient } from "../../lib/http/client";
import { fixes } from "../../lib/oauth/aadsts";
import { discoverTenant, tokenEndpointOf } from "../../lib/oauth/discovery";
import { failureOf } from "./failure";
import { discovered, fakeEntra, refusal, tenantId } from "./fake-entra";
import { ownEndpoints } from "../support/own-endpoints";

afterEach(() => {
  jest.restoreAllMocks();
});

const document = (authority: string, instance: string): { body: object } => ({
  body: { issuer: `${authority}/${tenantId}/v2.0`, cloud_instance_name: instance, tenant_region_scope: "EU" },
});

test("a domain is resolved to its tenant at the cloud's own authority", async () => {
  const sent = fakeEntra(() => document("https://login.microsoftonline.com", "microsoftonline.com"));
  await expect(discoverTenant(clouds.AzureCloud, "partner.example")).resolves.toBe(tenantId);
  expect(sent).toEqual([
    { url: "https://login.microsoftonline.com/partner.example/v2.0/.well-known/openid-configuration", form: {} },
  ]);
});

test("in China a tenant is found although its issuer has another host than the authority", async () => {
  const sent = fakeEntra(() => document("https://login.partner.microsoftonline.cn", "partner.microsoftonline.cn"));
  await expect(discoverTenant(clouds.AzureChinaCloud, "partner.example")).resolves.toBe(tenantId);
  expect(sent.map(({ url }) => new URL(url).origin)).toEqual(["https://login.chinacloudapi.cn"]);
});

test("a tenant's name cannot lead the request elsewhere", async () => {
  const sent = fakeEntra(() => document("https://login.microsoftonline.com", "microsoftonline.com"));
  await discoverTenant(clouds.AzureCloud, "../common?x=#");
  expect(sent.map(({ url }) => url)).toEqual([
    "https://login.microsoftonline.com/..%2Fcommon%3Fx%3D%23/v2.0/.well-known/openid-configuration",
  ]);
});

test.each([
  ["AzureCloud", "microsoftonline.us", "AzureUSGovernment"],
  ["AzureUSGovernment", "microsoftonline.com", "AzureCloud"],
  ["AzureCloud", "partner.microsoftonline.cn", "AzureChinaCloud"],
  ["AzureChinaCloud", "microsoftonline.com", "AzureCloud"],
] as const)(
  "a tenant asked for in %s that lives at %s is refused with the cloud to set: %s",
  async (name, instance, home) => {
    fakeEntra(() => document(clouds[name].authority, instance));
    expect(await failureOf(discoverTenant(clouds[name], "partner.example"))).toEqual({
      name: "EntraError",
      error: "invalid_tenant",
      code: "entra-cloud",
      aadsts: undefined,
      remedy: "cloud",
      message:
        `Tenant partner.example is not in ${name}: its discovery document names ${instance}, which is ${home}. ` +
        `Signing in would fail with AADSTS90038. Set the tenant's own cloud: pulumi config set secure-application-model:cloud ${home}; or: Name the tenant's own cloud: secure-app-model '<command>' --cloud ${home}`,
    });
  },
);

test("a tenant of a cloud without a row here is refused without naming one", async () => {
  fakeEntra(() => document("https://login.microsoftonline.com", "microsoftonline.de"));
  await expect(discoverTenant(clouds.AzureCloud, "partner.example")).rejects.toThrow(
    "Tenant partner.example is not in AzureCloud: its discovery document names microsoftonline.de. " +
      "Signing in would fail with AADSTS90038. Set the tenant's own cloud: pulumi config set secure-application-model:cloud '<cloud>'; or: Name the tenant's own cloud: secure-app-model '<command>' --cloud '<cloud>'",
  );
});

test("an unknown tenant is one of the tenant setting", async () => {
  fakeEntra(() => refusal("invalid_tenant", "AADSTS90002: Tenant 'nowhere.example' not found."));
  expect(await failureOf(discoverTenant(clouds.AzureCloud, "nowhere.example"))).toEqual({
    name: "EntraError",
    error: "invalid_tenant",
    code: "entra-tenant",
    aadsts: 90002,
    remedy: "tenant",
    message:
      "Looking for tenant nowhere.example in AzureCloud was refused: this cloud has no such tenant. " +
      `Entra says: AADSTS90002: Tenant 'nowhere.example' not found. ${messageOf({ what: "", fixes: fixes.tenant })}`,
  });
});

test.each([
  [
    "common",
    { issuer: "https://login.microsoftonline.com/{tenantid}/v2.0" },
    "https://login.microsoftonline.com/{tenantid}/v2.0",
  ],
  [tenantId, { issuer: "https://login.microsoftonline.com" }, "https://login.microsoftonline.com"],
  [tenantId, {}, "none"],
])("an answer to %s that names no tenant is told, not taken for one: %j", async (tenant, body, issuer) => {
  fakeEntra(() => ({ body }));
  await expect(discoverTenant(clouds.AzureCloud, tenant)).rejects.toThrow(
    `The authority https://login.microsoftonline.com answered no discovery document of one tenant to "${tenant}" (issuer: ${issuer}). ` +
      "Name the tenant by its GUID or a verified domain.",
  );
});

test("a proxy's page is reported as no response of the authority", async () => {
  jest
    .spyOn(httpClient, "sendRequest")
    .mockImplementation((request) =>
      Promise.resolve({ request, status: 403, headers: createHttpHeaders(), bodyAsText: "<html>Blocked</html>" }),
    );
  await expect(discoverTenant(clouds.AzureCloud, tenantId)).rejects.toThrow(
    `The authority of AzureCloud (https://login.microsoftonline.com) answered GET /${tenantId}/v2.0/.well-known/openid-configuration ` +
      "with 403 and no JSON (a proxy's page, perhaps). Check the proxy (HTTPS_PROXY, NO_PROXY), and that it lets https://login.microsoftonline.com through.",
  );
});

describe("where a tenant's tokens are asked for", () => {
  const authority = "https://login.own.example";
  const own = cloudOf("AzureCloud", ownEndpoints({ authority }));
  const other = "cccccccc-1111-4222-8333-444444444444";
  const pathOf = (tenant: string) => `${authority}/${tenant}/oauth2/v2.0/token`;

  test("a cloud whose authority has one name is not asked", async () => {
    const sent = fakeEntra(() => ({ body: {} }));
    const found = await Promise.all(
      [clouds.AzureCloud, clouds.AzureUSGovernment].map((cloud) => tokenEndpointOf(cloud, tenantId)),
    );
    expect(found).toEqual([
      `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
      `https://login.microsoftonline.us/${tenantId}/oauth2/v2.0/token`,
    ]);
    expect(sent).toEqual([]);
  });

  test("a custom cloud is asked once for a tenant, and again after a refusal or for another tenant", async () => {
    let refused = true;
    const sent = fakeEntra(({ url }) => {
      if (refused) return refusal("invalid_tenant", "AADSTS90002: Tenant not found.");
      return { body: discovered(authority, url.includes(other) ? other : tenantId) };
    });
    await expect(tokenEndpointOf(own, tenantId)).rejects.toMatchObject({ code: "entra-tenant" });
    refused = false;
    const [first, second] = await Promise.all([tokenEndpointOf(own, tenantId), tokenEndpointOf(own, tenantId)]);
    const found = [first, second, await tokenEndpointOf(own, tenantId), await tokenEndpointOf(own, other)];
    expect(found).toEqual([pathOf(tenantId), pathOf(tenantId), pathOf(tenantId), pathOf(other)]);
    expect(sent.map(({ url }) => url.split("/")[3])).toEqual([tenantId, tenantId, other]);
  });
});
