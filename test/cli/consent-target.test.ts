/** `consent` without the options that say what to: the vault's token says it. */
import { clientSecretName, finished, Stage } from "./support/stage";
import { signInFor } from "../emulator/support/emulator";
import { freePort } from "../oauth/browser";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
beforeEach(async () => {
  stage.emulator.reset();
  stage = await Stage.start(stage.emulator);
});
afterAll(() => stage.emulator.close());

const account = "svc-partner@partner.example";
const says = () =>
  `As ${stage.tokenName} says: application ${stage.application.clientId}, client secret ${clientSecretName}, account ${account}.\n`;
const addressOf = (text: string): string | undefined =>
  new RegExp(`^ {2}(${stage.emulator.url}/\\S+)$`, "mu").exec(text)?.[1];

test("a token that holds is found, and kept", async () => {
  await stage.storeToken();
  const { code, stdout, stderr } = await stage.run(["consent"]);
  expect([code, stdout, stderr]).toEqual([
    0,
    expect.stringMatching(new RegExp(`^${account} consented on 2026-11-01; the token in `, "u")),
    `${says()}The token of ${account} in ${stage.vaultUri} holds: no sign-in is needed.\n`,
  ]);
});

test("--force signs in for the same application, account and stack, though the token is switched off", async () => {
  await stage.storeToken();
  for await (const { version } of stage.vault.listPropertiesOfSecretVersions(stage.tokenName)) {
    await stage.vault.updateSecretProperties(stage.tokenName, version ?? "", { enabled: false });
  }
  stage.age(stage.tokenName, 10);
  const child = stage.spawn(["consent", "--force", "--port", String(await freePort())]);
  const end = finished(child);
  const url = await new Promise<string>((resolve) => {
    let text = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = addressOf(text);
      if (found !== undefined) resolve(found);
    });
    child.once("close", () => {
      resolve("");
    });
  });
  const asked = new URL(url).searchParams;
  expect([asked.get("client_id"), asked.get("login_hint")]).toEqual([stage.application.clientId, account]);
  const redirected = new URLSearchParams(await signInFor(url)).toString();
  child.stdin?.end(`${asked.get("redirect_uri") ?? ""}?${redirected}\n`);
  expect(await end).toMatchObject({ code: 0 });
  const { tags } = (await stage.vault.getSecret(stage.tokenName)).properties;
  expect(tags).toEqual(stage.tags({ "consented-at": tags?.["consented-at"] ?? "" }));
  expect(tags?.["consented-at"]).not.toBe(stage.tags()["consented-at"]);
});

test("what the command line says goes before what the token says", async () => {
  await stage.storeToken();
  const { code, stderr } = await stage.run(["consent", "--client-secret-name", "client-secret-next-1a2b3c4d"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("client secret client-secret-next-1a2b3c4d, account")]);
});

const cases: [string, () => Promise<unknown>, string[], number, RegExp][] = [
  [
    "an empty vault",
    () => Promise.resolve(),
    ["--force"],
    2,
    /holds no token yet .* needs all three: --tenant <tenant> --client-id <id> --client-secret-name <name>/u,
  ],
  [
    "a tenant without a token",
    () => stage.storeToken(),
    ["--tenant", "contoso.example"],
    2,
    /^error: No version of refresh-token-[0-9a-f-]{36} in \S+ says what was consented to\. The first consent/u,
  ],
  [
    "tags that point elsewhere",
    () => stage.storeToken({ tags: stage.tags({ tenant: "11111111-2222-4333-8444-555555555555" }) }),
    [],
    2,
    /^error: No version of .* says what was consented to\./u,
  ],
  [
    "tokens of two tenants",
    async () => {
      await stage.storeToken();
      await stage.storeToken({ name: "refresh-token-11111111-2222-4333-8444-555555555555" });
    },
    [],
    2,
    /holds tokens of 2 partner tenants\. Add --tenant, one of 11111111-2222-4333-8444-555555555555, /u,
  ],
];
test.each(cases)("%s: one clear error, and nobody is sent to sign in", async (_, given, words, code, text) => {
  await given();
  const result = await stage.run(["consent", ...words]);
  expect(result).toEqual({ code, stdout: "", stderr: expect.stringMatching(text) as string });
  const json = await stage.run(["consent", ...words, "--json"]);
  expect([json.code, JSON.parse(json.stdout) as unknown]).toEqual([
    code,
    {
      error: {
        message: expect.stringMatching(new RegExp(text.source.replace("^error: ", ""), "u")) as string,
        exitCode: code,
      },
    },
  ]);
});
