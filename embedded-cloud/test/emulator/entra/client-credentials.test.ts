import type { Emulator } from "../../../emulator/emulator";
import { partnerTenant, registerModestApplication } from "../../../testing/applications";
import { emulatorForEach } from "../../../testing/emulator";
import { askForToken, claimsOf, refusal, withoutField } from "../../../testing/oauth";

let cloud: Emulator;
emulatorForEach((started) => (cloud = started));

const graph = () => `${cloud.origins.microsoftGraph}/.default`;

function deployer(changes: Record<string, string> = {}): Record<string, string> {
  const { clientId, clientSecret } = cloud.seeds.deployer;
  return {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: graph(),
    ...changes,
  };
}

const without = (name: string): Record<string, string> => withoutField(deployer(), name);

test("an application gets a token for Graph with the roles assigned to it", async () => {
  const { status, body } = await askForToken(cloud, deployer());
  expect([status, Object.keys(body).sort()]).toEqual([
    200,
    ["access_token", "expires_in", "ext_expires_in", "token_type"],
  ]);
  const { iat, nbf, exp, uti, ...claims } = claimsOf(body["access_token"]);
  expect(claims).toEqual({
    aud: cloud.origins.microsoftGraph,
    iss: `${cloud.url}/${cloud.seeds.partner.id}/`,
    tid: cloud.seeds.partner.id,
    oid: cloud.seeds.deployer.servicePrincipalId,
    sub: cloud.seeds.deployer.servicePrincipalId,
    appid: cloud.seeds.deployer.clientId,
    appidacr: "1",
    azp: cloud.seeds.deployer.clientId,
    idtyp: "app",
    roles: expect.arrayContaining([...cloud.seeds.deployer.appRoles]) as unknown,
    ver: "1.0",
  });
  expect([nbf, exp, typeof uti]).toEqual([iat, Number(iat) + 3900, "string"]);
});

test("the sign-in scopes that MSAL for Go and Java send behind .default change nothing", async () => {
  for (const scope of [`${graph()} openid offline_access profile`, `openid profile offline_access ${graph()}`]) {
    const { status, body } = await askForToken(cloud, deployer({ scope }));
    expect([status, Object.keys(body).sort(), claimsOf(body["access_token"])["aud"]]).toEqual([
      200,
      ["access_token", "expires_in", "ext_expires_in", "token_type"],
      cloud.origins.microsoftGraph,
    ]);
  }
});

test("HTTP Basic authenticates a client as well as the body", async () => {
  const { clientId, clientSecret } = cloud.seeds.deployer;
  const form = { grant_type: "client_credentials", scope: graph() };
  const path = `/${cloud.seeds.partner.id}/oauth2/v2.0/token`;
  const basic = (secret: string) => ({
    authorization: `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(secret)}`).toString("base64")}`,
  });
  expect((await askForToken(cloud, form, path, basic(clientSecret))).status).toBe(200);
  expect(refusal(await askForToken(cloud, form, path, basic("wrong")))).toEqual([401, "invalid_client", [7000215]]);
});

test("v1 takes a resource and answers with text and the resource", async () => {
  const form = { ...without("scope"), resource: cloud.origins.resourceManager };
  const { status, body } = await askForToken(cloud, form, "/partner.example/oauth2/token");
  expect([status, body["expires_in"], body["resource"]]).toEqual([200, "3899", cloud.origins.resourceManager]);
  expect(claimsOf(body["access_token"])["aud"]).toBe(cloud.origins.resourceManager);
});

test("a resource that ends in a slash is the same resource", async () => {
  const { body } = await askForToken(cloud, deployer({ scope: `${cloud.origins.resourceManager}//.default` }));
  expect(claimsOf(body["access_token"])["aud"]).toBe(cloud.origins.resourceManager);
});

test("a vault's own origin is a resource once the vault is open", async () => {
  const scope = "https://127.0.0.1:1/.default";
  expect(refusal(await askForToken(cloud, deployer({ scope })))).toEqual([400, "invalid_resource", [500011]]);
  const vault = await cloud.clouds.get("AzureCloud")?.openVault("token-vault");
  const { body } = await askForToken(cloud, deployer({ scope: `${vault ?? ""}/.default` }));
  expect(claimsOf(body["access_token"])["aud"]).toBe(vault);
});

test("a token verifies for its audience alone, until it expires", async () => {
  const { body } = await askForToken(cloud, deployer());
  const authorization = `Bearer ${String(body["access_token"])}`;
  const tokens = cloud.clouds.get("AzureCloud")?.tokens;
  const { microsoftGraph, resourceManager } = cloud.origins;
  expect(await tokens?.verify(authorization, microsoftGraph)).toMatchObject({ idtyp: "app" });
  expect(await tokens?.verify(authorization, resourceManager)).toBeUndefined();
  expect(await tokens?.verify(authorization.slice(0, -8), microsoftGraph)).toBeUndefined();
  expect(await tokens?.verify(undefined, microsoftGraph)).toBeUndefined();
  cloud.clock.advance(3901 * 1000);
  expect(await tokens?.verify(authorization, microsoftGraph)).toBeUndefined();
});

test("the published key set verifies the signature", async () => {
  const { createLocalJWKSet, jwtVerify } = await import("jose");
  const { body } = await askForToken(cloud, deployer());
  const response = await fetch(`${cloud.url}/common/discovery/v2.0/keys`);
  const keys = createLocalJWKSet((await response.json()) as Parameters<typeof createLocalJWKSet>[0]);
  const { protectedHeader } = await jwtVerify(String(body["access_token"]), keys);
  expect(protectedHeader).toMatchObject({ alg: "RS256", typ: "JWT" });
});

test.each<[string, () => Record<string, string>, unknown[]]>([
  ["7000215: a wrong secret", () => deployer({ client_secret: "wrong" }), [401, "invalid_client", [7000215]]],
  ["7000218: no secret", () => without("client_secret"), [401, "invalid_client", [7000218]]],
  [
    "700016: an unknown application",
    () => deployer({ client_id: "11111111-2222-3333-4444-555555555555" }),
    [400, "unauthorized_client", [700016]],
  ],
  ["900144: no grant type", () => without("grant_type"), [400, "invalid_request", [900144]]],
  ["900144: no client id", () => without("client_id"), [400, "invalid_request", [900144]]],
  ["900144: no scope", () => without("scope"), [400, "invalid_request", [900144]]],
  ["70003: an unknown grant type", () => deployer({ grant_type: "magic" }), [400, "unsupported_grant_type", [70003]]],
  [
    "1002012: a scope that is not .default",
    () => deployer({ scope: `${cloud.origins.microsoftGraph}/User.Read` }),
    [400, "invalid_scope", [1002012]],
  ],
  [
    "1002012: two resources",
    () => deployer({ scope: `${graph()} ${cloud.origins.resourceManager}/.default` }),
    [400, "invalid_scope", [1002012]],
  ],
  [
    "1002012: sign-in scopes alone",
    () => deployer({ scope: "openid offline_access profile" }),
    [400, "invalid_scope", [1002012]],
  ],
  [
    "500011: an unknown resource",
    () => deployer({ scope: "https://nobody.example/.default" }),
    [400, "invalid_resource", [500011]],
  ],
])("AADSTS%s", async (_, form, expected) => {
  expect(refusal(await askForToken(cloud, form()))).toEqual(expected);
});

test("AADSTS9002313: a field given twice", async () => {
  const body = `${new URLSearchParams(deployer()).toString()}&scope=again`;
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const url = `${cloud.url}/${cloud.seeds.partner.id}/oauth2/v2.0/token`;
  const response = await fetch(url, { method: "POST", body, headers });
  expect(await response.json()).toMatchObject({ error: "invalid_request", error_codes: [9002313] });
});

test.each([
  ["90002: a tenant nobody has", "unknown.example", [400, "invalid_tenant", [90002]]],
  ["900023: a tenant that is no name", "no_name", [400, "invalid_request", [900023]]],
  ["50059: no tenant", "common", [400, "invalid_request", [50059]]],
  [
    "900382: a confidential client and a tenant of another cloud",
    "partner-gov.example",
    [400, "invalid_request", [900382]],
  ],
  ["90099: a customer's tenant", "contoso.example", [400, "invalid_grant", [90099]]],
])("AADSTS%s", async (_, tenant, expected) => {
  expect(refusal(await askForToken(cloud, deployer(), `/${tenant}/oauth2/v2.0/token`))).toEqual(expected);
});

test("AADSTS7000222: a secret that has expired", async () => {
  const { clientId, clientSecret } = registerModestApplication(cloud);
  const form = deployer({ client_id: clientId, client_secret: clientSecret });
  expect((await askForToken(cloud, form)).status).toBe(200);
  cloud.clock.advance(181 * 24 * 60 * 60 * 1000);
  expect(refusal(await askForToken(cloud, form))).toEqual([401, "invalid_client", [7000222]]);
});

test("AADSTS7000112: a disabled service principal", async () => {
  const { clientId, clientSecret, servicePrincipal } = registerModestApplication(cloud);
  servicePrincipal.accountEnabled = false;
  const form = deployer({ client_id: clientId, client_secret: clientSecret });
  expect(refusal(await askForToken(cloud, form))).toEqual([400, "unauthorized_client", [7000112]]);
});

test("AADSTS7000229: an application without a service principal", async () => {
  const { clientId, clientSecret, servicePrincipal } = registerModestApplication(cloud);
  partnerTenant(cloud).servicePrincipals.delete(servicePrincipal.id);
  const form = deployer({ client_id: clientId, client_secret: clientSecret });
  expect(refusal(await askForToken(cloud, form))).toEqual([400, "unauthorized_client", [7000229]]);
});

test.each<[string, () => Record<string, string>]>([
  ["grant type password", () => deployer({ grant_type: "password" })],
])("%s is not served and says so", async (what, form) => {
  const { status, body } = await askForToken(cloud, form());
  expect([status, body["error"]]).toEqual([501, "not_implemented"]);
  expect(body["error_description"]).toContain(what);
});
