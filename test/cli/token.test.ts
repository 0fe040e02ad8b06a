/** `token`, built, on an emulator: its output, its refusals, and their exit codes. */
import { registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { claimsOf } from "../../tools/embedded-cloud/testing/oauth";
import { dataOf, expectFailure, failing, withoutSecrets } from "./support/failing";
import { credentialName, type Stage, stageForEach } from "./support/stage";

const day = 86_400_000;
let stage: Stage;
let secrets: string[];
stageForEach(async (fresh) => {
  stage = fresh;
  secrets = [stage.application.clientSecret, await stage.storeToken()];
});

test("for a customer: refused with the command that consents, and given once that ran", async () => {
  const [{ id, domain }] = stage.emulator.seeds.customers;
  const fix = `: secure-app-model customers consent ${id}$`;
  const refusal = new RegExp(`customer tenant ${id} was refused \\(AADSTS90099\\): .*${fix}`, "u");
  await expectFailure(stage, ["token", "graph", "--tenant", domain], 3, refusal);
  dataOf(await stage.run(["customers", "consent", domain]));
  const { accessToken, ...rest } = JSON.parse(
    dataOf(await stage.run(["token", "graph", "--tenant", domain, "--json"])),
  ) as Record<string, string>;
  expect(claimsOf(accessToken)).toMatchObject({ tid: id, scp: "User.Read", upn: rest["account"] });
  expect(Math.abs(Date.parse(rest["expiresOn"] ?? "") / 1000 - Number(claimsOf(accessToken)["exp"]))).toBeLessThan(60);
  expect(rest).toEqual({
    expiresOn: rest["expiresOn"],
    tenant: id,
    partnerTenant: stage.tenantId,
    account: "svc-partner@partner.example",
    resource: stage.emulator.origins.microsoftGraph,
  });
  const other = await failing(stage, ["token", "aad-graph", "--tenant", id]);
  expect(other.code).toBe(3);
  expect(other.message).toMatch(/AADSTS65001: .* secure-app-model customers consent/u);
  expect(other.message).not.toContain("pulumi config set");
});

test("it asks the vault four times", async () => {
  stage.emulator.requests.clear();
  dataOf(await stage.run(["token", "partner-center"]));
  const asked = stage.emulator.requests.entries().filter(({ service }) => service === "keyVault");
  const paths = asked.map(({ method, path }) => `${method} ${path.replace(/\?.*$/u, "")}`);
  const secrets = [stage.tokenName, credentialName].map((name) => `GET /secrets/${name}/`);
  expect(paths.toSorted()).toEqual(["GET /secrets", "GET /secrets", ...secrets].toSorted());
});

test("the partner tenant by its domain, and a domain that nobody has", async () => {
  expect(dataOf(await stage.run(["token", "arm", "--partner-tenant", "partner.example"]))).toMatch(/^eyJ/u);
  for (const [domain, text] of [
    ["nobody.example", "AADSTS90002"],
    ["partner-gov.example", "its discovery document names microsoftonline.us"],
  ] as const)
    await expectFailure(stage, ["token", "graph", "--partner-tenant", domain], 2, text);
});

test("a partner tenant without a token, or whose token was deleted, needs a consent: the command names the tenant", async () => {
  const named = (tenant: string) => ({
    code: 3,
    message: `There is no refresh token refresh-token-${tenant} in ${stage.vaultUri}. Consent first: secure-app-model consent --tenant ${tenant}; or: If it is a customer's tenant, give it to token or exec as \`--tenant\`, not as \`--partner-tenant\`.`,
  });
  const other = "dddddddd-1111-4222-8333-444444444444";
  expect(await failing(stage, ["token", "graph", "--partner-tenant", other])).toEqual(named(other));
  await (await stage.vault.beginDeleteSecret(stage.tokenName, { intervalInMs: 10 })).pollUntilDone();
  expect(await failing(stage, ["token", "graph", "--partner-tenant", stage.tenantId])).toEqual(named(stage.tenantId));
});

/** The forms of requests to Entra, which alone gets a client secret. */
const redeemed = () =>
  stage.emulator.requests
    .entries()
    .filter(({ service, note }) => service === "authority" && note?.startsWith("refresh_token"));

test.each(["wifi-password", "REFRESH-TOKEN-x", "Consent-Write-Probe"])(
  "a secret of the vault that only a tag makes the credential is sent nowhere: %s",
  async (credential) => {
    await stage.vault.setSecret("wifi-password", "canary of another secret");
    await stage.storeToken({ tags: stage.tags({ credential: credential.replace("x", stage.tenantId) }) });
    stage.emulator.requests.clear();
    const { code, message } = await failing(stage, ["token", "graph"]);
    expect([code, redeemed()]).toEqual([credential === "wifi-password" ? 4 : 2, []]);
    if (credential === "wifi-password")
      expect(message).toBe(
        `The secret wifi-password, which the tags of ${stage.tokenName} name, in ${stage.vaultUri} is not marked as a client secret, and was not sent anywhere. ` +
          "Everyone who can write to the vault can set a token's tags. If it is the application's client secret, its keeper marks it as one; else find out who named it: " +
          `az keyvault secret set-attributes --id ${stage.vaultUri}/secrets/wifi-password --content-type application/x-oauth-client-secret`,
      );
  },
);

test("a client secret that its keeper marked is taken, whatever its name", async () => {
  const contentType = "application/x-oauth-client-secret";
  await stage.vault.setSecret("Portal-Secret", stage.application.clientSecret, { contentType });
  await stage.storeToken({ tags: stage.tags({ credential: "Portal-Secret" }) });
  expect(dataOf(await stage.run(["token", "arm"]))).toMatch(/^eyJ/u);
});

test("a token that brings no permission is marked, on stderr alone, with the setting that declares some", async () => {
  const warning = [
    "warning: This token brings no permission of graph, which refuses most requests with it (403).",
    "  Declare that of Microsoft Graph, and deploy: pulumi config set secure-application-model:delegatedGraph true, then pulumi up",
    "",
  ].join("\n");
  const lines: [argv: string[], stdout: RegExp][] = [
    [[], /^eyJ[\w.-]+\n$/u],
    [["--json"], /^\{"accessToken":"eyJ/u],
    [["--powershell"], /^Connect-MgGraph /u],
  ];
  for (const [argv, stdout] of lines) {
    const token = await stage.run(["token", "graph", ...argv]);
    expect(token).toMatchObject({ code: 0, stderr: warning });
    expect(token.stdout).toMatch(stdout);
  }
  expect(dataOf(await stage.run(["token", "arm", "--powershell"]))).toContain("-MicrosoftGraphAccessToken 'eyJ");
});

test("a retired module is marked, on stderr alone; as JSON in the document", async () => {
  const plain = await stage.run(["token", "aad-graph", "--powershell"]);
  expect(plain.stdout).toMatch(/^Connect-MsolService -AdGraphAccessToken 'eyJ[^']+' -MsGraphAccessToken 'eyJ[^']+' -/u);
  expect(plain.stderr).toMatch(/^note: the MSOnline module was retired in 2025/u);
  withoutSecrets(secrets, plain.stderr);
  const argv = ["token", "arm", "--powershell", "Connect-AzureRmAccount", "--json"];
  const json = JSON.parse(dataOf(await stage.run(argv))) as { retired: string; parameters: object };
  expect(json).toMatchObject({ cmdlet: "Connect-AzureRmAccount", secureStrings: [] });
  expect(json.retired).toContain("use Connect-AzAccount");
  const names = ["AccessToken", "GraphAccessToken", "AccountId", "TenantId", "Environment"];
  expect(Object.keys(json.parameters)).toEqual(names);
});

test("what somebody stored on top of the credential keeps nobody from a token: the generation before it serves", async () => {
  await stage.vault.setSecret(credentialName, "wrong-secret-canary");
  expect((await stage.run(["token", "graph"])).code).toBe(0);
});

const cases: Record<string, [code: number, text: RegExp, wrong: () => unknown]> = {
  "another application's token": [
    1,
    /issued to another application.*AADSTS700007.*: secure-app-model doctor; or: If the URI is right, consent again: secure-app-model consent --force$/u,
    async () => stage.storeToken({ value: await stage.refreshToken(undefined, registerApplication(stage.emulator)) }),
  ],
  "a malformed token": [
    3,
    /AADSTS70000.*secure-app-model consent --force/u,
    () => stage.storeToken({ value: "1.Anobody-issued-this-canary" }),
  ],
  "a token after 90 days": [
    3,
    /AADSTS700082.*secure-app-model consent --force/u,
    () => {
      stage.emulator.clock.advance(91 * day);
    },
  ],
  "a wrong client secret": [
    4,
    /client secret is wrong.*AADSTS7000215.*rotate it/u,
    // What no generation before it could stand in for.
    () => {
      stage.application.application.passwordCredentials = [];
    },
  ],
  "an expired client secret": [
    4,
    /client secret has expired.*AADSTS7000222.*Rotate/u,
    () => {
      const [credential] = stage.application.application.passwordCredentials;
      if (credential !== undefined) credential.endDateTime = new Date(stage.emulator.clock.now() - day).toISOString();
    },
  ],
  "an account without multi-factor authentication asked for it": [
    3,
    /AADSTS50076.*Consent again, with multi-factor authentication/u,
    () => {
      const form = { grant_type: "refresh_token" };
      stage.emulator.faults.add({ service: "authority", path: "*/token", form, entra: 50076, times: 0 });
    },
  ],
};
test.each(Object.entries(cases))("%s", async (_, [code, text, wrong]) => {
  await wrong();
  secrets.push("1.Anobody-issued-this-canary");
  const failure = await failing(stage, ["token", "graph"], secrets);
  expect(failure).toEqual({ code, message: expect.stringMatching(text) as string });
});
