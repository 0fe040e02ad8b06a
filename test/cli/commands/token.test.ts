import { token } from "../../../cli/commands/token";
import { UsageError } from "../../../cli/exit-code";
import { type CloudName, clouds } from "../../../config/clouds";
import { ConsentRequiredError } from "../../../consent/errors";
import { MemoryVault, tags, target, version } from "../../consent/fixtures";
import { fakeEntra, jwt, type SentForm } from "../../oauth/fake-entra";

let vault: MemoryVault;
jest.mock("../../../vault/secrets", () => ({ Vault: jest.fn(() => vault) }));
jest.mock("../../../azure/credential", () => ({ azureCredential: () => undefined }));

const accessToken = jwt({ aud: "x" });
let stdout: string;
let sent: SentForm[];
beforeEach(async () => {
  stdout = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  sent = fakeEntra(() => ({
    body: { token_type: "Bearer", expires_in: 3600, scope: "x", access_token: accessToken, refresh_token: "rolled" },
  }));
  vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z"));
  await vault.store(target.clientSecretName, { value: "the secret", contentType: "text/plain", tags: {} });
});
afterEach(() => {
  jest.restoreAllMocks();
});
const at = (cloud: CloudName = "AzureCloud") => ({ cloud, vault: `https://contoso.${clouds[cloud].vaultSuffix}` });

test("the access token is all of stdout, redeemed with the secret that the token's tag names", async () => {
  await token("partner-center", at());
  expect(stdout).toBe(`${accessToken}\n`);
  expect(sent).toEqual([
    {
      url: `https://login.microsoftonline.com/${target.tenantId}/oauth2/v2.0/token`,
      form: {
        client_id: target.clientId,
        client_secret: "the secret",
        grant_type: "refresh_token",
        refresh_token: "value of v1",
        scope: "https://api.partnercenter.microsoft.com/.default openid profile offline_access",
      },
    },
  ]);
});

test("as JSON it comes with its end and whose it is", async () => {
  await token("graph", { ...at(), json: true });
  const found = JSON.parse(stdout) as { expiresOn: string };
  expect(found).toEqual({
    accessToken,
    expiresOn: found.expiresOn,
    resource: "https://graph.microsoft.com",
    tenant: target.tenantId,
    account: "svc@partner.example",
  });
  expect(Math.abs(Date.parse(found.expiresOn) - Date.now() - 3_600_000)).toBeLessThan(5000);
});

test.each([
  ["partner-center", "https://api.partnercenter.microsoft.com"],
  ["arm", "https://management.usgovcloudapi.net"],
  ["graph", "https://graph.microsoft.us"],
  ["aad-graph", "https://graph.windows.net"],
  ["https://other.example", "https://other.example"],
  ["api://an-application", "api://an-application"],
])("%s is looked up in the cloud that was named: %s", async (resource, uri) => {
  vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z", { tags: { ...tags, cloud: "AzureUSGovernment" } }));
  await vault.store(target.clientSecretName, { value: "the secret", contentType: "text/plain", tags: {} });
  await token(resource, at("AzureUSGovernment"));
  expect(sent.map(({ url, form }) => [new URL(url).host, form["scope"]])).toEqual([
    ["login.microsoftonline.us", `${uri}/.default openid profile offline_access`],
  ]);
});

describe("tokens of several partner tenants", () => {
  beforeEach(async () => {
    const secret = { value: "another", contentType: "text/plain", tags: { ...tags, tenant: "tenant-b" } };
    await vault.store("refresh-token-tenant-b", secret);
  });

  test("are told apart by --partner-tenant", async () => {
    await token("graph", { ...at(), partnerTenant: "tenant-b" });
    expect(sent.map(({ url, form }) => [url, form["refresh_token"]])).toEqual([
      ["https://login.microsoftonline.com/tenant-b/oauth2/v2.0/token", "another"],
    ]);
  });

  test("are named when it is left out", async () => {
    await expect(token("graph", at())).rejects.toThrow(
      new UsageError(
        `${target.vaultUri} holds tokens of 2 partner tenants. Add --partner-tenant, one of ${target.tenantId}, tenant-b.`,
      ),
    );
  });
});

test("a vault without a token asks for consent", async () => {
  vault.kept.delete(target.refreshTokenName);
  await expect(token("graph", at())).rejects.toThrow(
    new ConsentRequiredError(
      `There is no refresh token in ${target.vaultUri}: consent first, with pulumi up or secure-app-model consent.`,
    ),
  );
});

test.each([
  [
    {},
    `Secret ${target.refreshTokenName} was not stored by this project: it lacks the tags that say whose token it is. Consent again with --force.`,
  ],
  [
    { ...tags, cloud: "AzureUSGovernment" },
    `The token in ${target.refreshTokenName} is of AzureUSGovernment, and AzureCloud was asked for. Use --cloud AzureUSGovernment.`,
  ],
])("a token with the tags %j is sent nowhere", async (found, text) => {
  vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z", { tags: found }));
  await expect(token("graph", at())).rejects.toThrow(new UsageError(text));
  expect([sent, stdout]).toEqual([[], ""]);
});
