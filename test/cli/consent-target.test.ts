/** `consent` without the options for its target, which it takes from the vault's token. */
import { failureIn } from "./support/failure-document";
import { credentialName, type Stage, stageForEach } from "./support/stage";
import { answered, begun } from "./support/address-elsewhere";

let stage: Stage;
stageForEach((fresh) => {
  stage = fresh;
});

const other = "11111111-2222-4333-8444-555555555555";
const newPartner = "northwind.example";
const account = "svc-partner@partner.example";
const message = () =>
  `From the tags of ${stage.tokenName}: application ${stage.application.clientId}, credential ${credentialName}, account ${account}.\n`;

test("a token that is still valid is found, and kept", async () => {
  await stage.storeToken();
  const { code, stdout, stderr } = await stage.run(["consent"]);
  const facts = JSON.parse((await stage.run(["consent", "--json"])).stdout) as Record<string, string>;
  const { tenantId, vaultUri } = stage;
  expect(facts).toEqual({
    ...{ health: "ok", version: facts["version"], account: stage.serviceAccount().id, accountName: account },
    ...{ consentedOn: "2026-11-01T08:00:00.000Z", expiresOn: facts["expiresOn"], vaultUri, tenantId },
  });
  expect([code, stdout, stderr]).toEqual([
    0,
    expect.stringMatching(new RegExp(`^${account} consented on 2026-11-01; the token in `, "u")),
    `${message()}The token in ${stage.vaultUri} belongs to stack test.\nThe token of ${account} in ${stage.vaultUri} is still valid: no sign-in is needed.\n`,
  ]);
});

test("--force signs in for the same application, account and stack, though the token is disabled", async () => {
  await stage.storeToken();
  for await (const { version } of stage.vault.listPropertiesOfSecretVersions(stage.tokenName)) {
    await stage.vault.updateSecretProperties(stage.tokenName, version ?? "", { enabled: false });
  }
  stage.age(stage.tokenName, 10);
  const { code, address } = await answered(stage, ["consent", "--force"]);
  expect([code, address.searchParams.get("client_id"), address.searchParams.get("login_hint")]).toEqual([
    0,
    stage.application.clientId,
    account,
  ]);
  const { tags } = (await stage.vault.getSecret(stage.tokenName)).properties;
  expect(tags).toEqual(stage.tags({ "consented-at": tags?.["consented-at"] ?? "" }));
  expect(tags?.["consented-at"]).not.toBe(stage.tags()["consented-at"]);
});

test("what the command line says goes before what the token says", async () => {
  await stage.storeToken();
  const { code, stderr } = await stage.run(["consent", "--credential", "client-credential-5e6f7a8b"]);
  expect([code, stderr]).toEqual([4, expect.stringContaining("credential client-credential-5e6f7a8b, account")]);
});

test("a new partner of a control panel vendor is asked for the application that the vault's tokens are of", async () => {
  await stage.storeToken();
  const { child, end, url, said } = await begun(stage, ["consent", "--tenant", newPartner]);
  child.kill();
  await end;
  expect(new URL(url).searchParams.get("client_id")).toBe(stage.application.clientId);
  expect(said).toContain(
    `From the tags of ${stage.tokenName}: application ${stage.application.clientId}, credential ${credentialName}.\n`,
  );
});

test("a customer's tenant, and another application without its credential, end at once: nobody could sign in there", async () => {
  await stage.storeToken();
  const { id } = stage.emulator.seeds.customers[0];
  const { stderr: ofCustomer, ...customer } = await stage.run(["consent", "--tenant", id]);
  expect({ ...customer, first: ofCustomer.split("\n", 1)[0] }).toEqual({
    ...{ code: 2, stdout: "" },
    first: `error: Tenant ${id} is a customer of ${stage.tenantId}: no token is of a customer's tenant. Nobody was asked to sign in.`,
  });
  expect(ofCustomer).toContain(`secure-app-model customers consent ${id}`);
  const { stderr, ...application } = await stage.run(["consent", "--client-id", other]);
  expect({ ...application, first: stderr.split("\n", 1)[0] }).toEqual({
    ...{ code: 2, stdout: "" },
    first:
      `error: The credential ${credentialName}, which the tags of ${stage.tokenName} name, is of application ` +
      `${stage.application.clientId}, not of ${other}. Entra would refuse it after the sign-in.`,
  });
});

test("the vault of one stack and the application of another: both are named before anybody signs in, not a rotation", async () => {
  await stage.storeToken();
  const missing = "client-credential-5e6f7a8b";
  const own = stage.application.clientId;
  const ran = (secret: string) =>
    stage.run(["consent", "--tenant", stage.tenantId, "--client-id", other, "--credential", secret, "--force"]);
  const [theirs, none] = [await ran(credentialName), await ran(missing)];
  expect([theirs, none].map(({ code, stderr }) => [code, stderr.split("\n", 1)[0], /rotat/u.test(stderr)])).toEqual([
    [
      2,
      `error: The credential ${credentialName}, which the tags of ${stage.tokenName} name, is of application ${own}, not of ${other}. Entra would refuse it after the sign-in.`,
      false,
    ],
    [
      2,
      `error: The token ${stage.tokenName} in ${stage.vaultUri} is of application ${own}, not of ${other}, and there is no credential ${missing} in that vault. Vault and application are of different stacks.`,
      false,
    ],
  ]);
});

/** Each with the tokens that the vault has: the tenant in a name, "" for the partner's own, and what its tags say otherwise. */
const cases: [string, [tenant: string, changes: Record<string, string>][], string[], RegExp][] = [
  [
    "an empty vault",
    [],
    ["--force"],
    /has no token yet: .* needs all three\. [^]*: secure-app-model consent --tenant '<tenant>' --client-id '<id>' --credential '<name>'/u,
  ],
  [
    "a new tenant, where the vault's tokens are of two applications",
    [
      ["", {}],
      [other, { tenant: other, application: other }],
    ],
    ["--tenant", newPartner],
    /^error: No token in \S+ names an application for tenant [0-9a-f-]{36}\. The first consent needs/u,
  ],
  ["tags that point elsewhere", [["", { tenant: other }]], [], /^error: No version of .* has the tags of a consent\./u],
  [
    "tokens of two tenants",
    [
      ["", {}],
      [other, {}],
    ],
    [],
    /holds tokens of 2 partner tenants\.\s+Add --tenant, one of 11111111-2222-4333-8444-555555555555, /u,
  ],
];
test.each(cases)("%s: one clear error, and nobody is sent to sign in", async (_, tokens, argv, text) => {
  for (const [tenant, changes] of tokens)
    await stage.storeToken({ name: `refresh-token-${tenant || stage.tenantId}`, tags: stage.tags(changes) });
  const result = await stage.run(["consent", ...argv]);
  expect(result).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(text) as string });
  const json = await stage.run(["consent", ...argv, "--json"]);
  const error = failureIn(json.stdout);
  expect([json.code, error.exitCode, `error: ${error.message}\n`]).toEqual([
    2,
    2,
    result.stderr.replace(/\n {2}/u, " "),
  ]);
});
