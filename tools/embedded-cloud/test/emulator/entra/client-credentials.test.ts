import { emulatorForEach } from "../../../testing/emulator";
import { askForToken, claimsOf, ownForm, refusal } from "../../../testing/oauth";

const cloud = emulatorForEach();

const graph = () => `${cloud.origins.microsoftGraph}/.default`;

const deployer = (changes: Record<string, string> = {}) => ({ ...ownForm(cloud), ...changes });

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

test("a resource that ends in a slash is the same resource", async () => {
  const { body } = await askForToken(cloud, deployer({ scope: `${cloud.origins.resourceManager}//.default` }));
  expect(claimsOf(body["access_token"])["aud"]).toBe(cloud.origins.resourceManager);
});

test.each([
  ["https://graph.microsoft.com", "microsoftGraph"],
  ["https://graph.microsoft.com/", "microsoftGraph"],
  ["https://management.azure.com", "resourceManager"],
  ["https://management.azure.com/", "resourceManager"],
  ["https://management.core.windows.net/", "resourceManager"],
] as const)("the public address %s is the resource with this cloud's origin", async (address, origin) => {
  const { body } = await askForToken(cloud, deployer({ scope: `${address}/.default` }));
  expect(claimsOf(body["access_token"])["aud"]).toBe(cloud.origins[origin]);
});

test("the public address of Key Vault is a resource", async () => {
  const { body } = await askForToken(cloud, deployer({ scope: "https://vault.azure.net/.default" }));
  expect(claimsOf(body["access_token"])["aud"]).toBe("https://vault.azure.net");
});

test.each([
  "http://graph.microsoft.com",
  "https://graph.microsoft.com/v1.0",
  "https://graph.microsoft.us",
  "https://management.azure.com:443",
  "https://management.usgovcloudapi.net",
  "https://contoso.vault.azure.net",
])("a near miss of a public address, %s, is no resource", async (address) => {
  const answer = await askForToken(cloud, deployer({ scope: `${address}/.default` }));
  expect(refusal(answer)).toEqual([400, "invalid_resource", [500011]]);
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
