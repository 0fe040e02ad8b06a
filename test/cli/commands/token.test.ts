import { token } from "../../../cli/token/token";
import { UsageError } from "../../../cli/terminal/exit-code";
import { type CloudName, clouds } from "../../../lib/config/clouds";
import { ConsentRequiredError, ForeignTokenError } from "../../../lib/token/errors";
import { CredentialUnusableError } from "../../../lib/credential/client-credential";
import { MemoryVault, tags, target, version } from "../../token/fixtures";
import { fakeEntra, jwt, type SentForm } from "../../oauth/fake-entra";

let vault: MemoryVault;
jest.mock("../../../lib/vault/secrets", () => ({ Vault: jest.fn(() => vault) }));
jest.mock("../../../lib/azure/credential", () => ({ azureCredential: () => undefined }));

const plainToken = jwt({ aud: "x" });
let accessToken: string;
let stdout: string;
let sent: SentForm[];
beforeEach(() => {
  stdout = "";
  accessToken = plainToken;
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  sent = fakeEntra(() => ({
    body: { token_type: "Bearer", expires_in: 3600, scope: "x", access_token: accessToken, refresh_token: "rolled" },
  }));
  vault = MemoryVault.withSecret(version("v1", "2026-11-01T08:00:00Z"));
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

test.each([
  ["partner-center", "https://api.partnercenter.microsoft.com"],
  ["arm", "https://management.usgovcloudapi.net"],
  ["graph", "https://graph.microsoft.us"],
  ["aad-graph", "https://graph.windows.net"],
  ["https://graph.microsoft.us/", "https://graph.microsoft.us"],
  ["00000003-0000-0000-C000-000000000000", "https://graph.microsoft.us"],
  ["00000002-0000-0ff1-ce00-000000000000", "00000002-0000-0ff1-ce00-000000000000"],
  ["https://other.example", "https://other.example"],
  ["https://other.example/", "https://other.example/"],
  ["api://an-application", "api://an-application"],
])("%s is looked up in the cloud that was named: %s", async (resource, uri) => {
  const governments = { tags: { ...tags, cloud: "AzureUSGovernment" } };
  vault = MemoryVault.withSecret(version("v1", "2026-11-01T08:00:00Z", governments));
  await token(resource, at("AzureUSGovernment"));
  expect(sent.map(({ url, form }) => [new URL(url).host, form["scope"]])).toEqual([
    ["login.microsoftonline.us", `${uri}/.default openid profile offline_access`],
  ]);
});

test("tokens of several partner tenants are named where none is chosen; what only begins like one's name is none", async () => {
  const other = "dddddddd-1111-4222-8333-444444444444";
  for (const name of [other, "notes"])
    await vault.store(`refresh-token-${name}`, { value: "", contentType: "text/plain", tags: {} });
  await expect(token("graph", at())).rejects.toThrow(
    new UsageError(
      `${target.vaultUri} holds tokens of 2 partner tenants. Add --partner-tenant, one of ${target.tenantId}, ${other}.`,
    ),
  );
});

test("a vault without a token asks for consent", async () => {
  vault.kept.delete(target.refreshTokenName);
  await expect(token("graph", at())).rejects.toThrow(
    new ConsentRequiredError(
      `There is no refresh token in ${target.vaultUri}. Name them (outputs tenantId, applicationId and credential of the stack): secure-app-model consent --tenant '<tenant>' --client-id '<id>' --credential '<name>'; or: Have the stack that makes the vault consent: pulumi up`,
    ),
  );
});

const changed = (name: string, value: string): [Record<string, string>, string] => [
  { ...tags, [name]: value },
  `The tags of ${target.refreshTokenName} point elsewhere: ${name} is ${JSON.stringify(value)}. Somebody changed them; nothing was sent anywhere. ` +
    "Find out who wrote it, then consent again: secure-app-model consent --force",
];

test.each<[Record<string, string>, string]>([
  [
    {},
    `Secret ${target.refreshTokenName} was not stored by this project: it lacks the tags that say whose token it is. Consent again: secure-app-model consent --force`,
  ],
  [
    { ...tags, cloud: "AzureUSGovernment" },
    `The token in ${target.refreshTokenName} is of AzureUSGovernment, and AzureCloud was asked for. Ask for the cloud that it is of: secure-app-model '<command>' --cloud AzureUSGovernment`,
  ],
  changed("tenant", "attacker.example"),
  changed("tenant", "dddddddd-1111-4222-8333-444444444444"),
  changed("application", "https://attacker.example"),
  changed("credential", "../certificates/x"),
  changed("credential", target.refreshTokenName),
  changed("credential", "consent-write-probe"),
])("a token with the tags %j is sent nowhere, and no client secret is read for it", async (found, text) => {
  vault = new MemoryVault(version("v1", "2026-11-01T08:00:00Z", { tags: found }));
  await expect(token("graph", at())).rejects.toThrow(new ForeignTokenError(text));
  expect([sent, stdout, vault.calls]).toEqual([[], "", ["listed refresh-token-", `read ${target.refreshTokenName}`]]);
});

test("of a disabled token no client secret is read", async () => {
  vault = MemoryVault.withSecret(version("v1", "2026-11-01T08:00:00Z", { enabled: false }));
  await expect(token("graph", at())).rejects.toMatchObject({ reason: "disabled" });
  // Its tags say whether it was revoked.
  const calls = ["listed refresh-token-", `read ${target.refreshTokenName}`, `list ${target.refreshTokenName}`];
  expect([sent, vault.calls]).toEqual([[], calls]);
});

test("a credential that is gone is one to deploy, not a consent", async () => {
  vault.kept.delete(target.credential);
  await expect(token("graph", at())).rejects.toThrow(
    new CredentialUnusableError(
      `The credential ${target.credential}, which the tags of ${target.refreshTokenName} name, is not there in ${target.vaultUri}. ` +
        "Consent would not help. Have the stack that made it put it back: pulumi up",
    ),
  );
});

test.each(["https://graph.microsoft.com/", "00000003-0000-0000-c000-000000000000"])(
  "a resource has its own cmdlet however it is named: %s",
  async (resource) => {
    await token(resource, { ...at(), powershell: true });
    expect(stdout).toMatch(/^Connect-MgGraph /u);
    await token(resource, { ...at(), json: true });
    const [, document = ""] = stdout.split("\n");
    expect(JSON.parse(document)).toMatchObject({ resource: "https://graph.microsoft.com" });
    expect(new Set(sent.map(({ form }) => form["scope"]))).toEqual(
      new Set(["https://graph.microsoft.com/.default openid profile offline_access"]),
    );
  },
);

test("what is neither a name, a client id nor a URI", async () => {
  await expect(token("Microsoft Graph", at())).rejects.toThrow(
    'There is no resource "Microsoft Graph". Use partner-center, arm, graph, aad-graph, a resource\'s client id, or its URI such as https://graph.microsoft.com.',
  );
});

test("for PowerShell the account is the one that Entra names, not the tag's", async () => {
  accessToken = jwt({ aud: "x", upn: "o'brien@partner.example" });
  await token("arm", { ...at(), powershell: true });
  expect(stdout).toBe(
    `Connect-AzAccount -AccessToken '${accessToken}' -MicrosoftGraphAccessToken '${accessToken}' ` +
      `-AccountId 'o''brien@partner.example' -Tenant '${target.tenantId}' -Environment 'AzureCloud'\n`,
  );
});
