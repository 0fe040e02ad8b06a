/** `status --probe --issue --notify`: one issue for each vault, and a message in a channel, about the result of a probe. */
import { type Listeners, listenersForEach } from "./support/listeners";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
let { tracker, webhook, variables } = {} as Listeners;
listenersForEach((fresh) => ({ tracker, webhook, variables } = fresh));
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
});

const argv = ["status", "--probe", "--issue", "--notify"];
const report = async (changes: Record<string, string> = {}, ...more: string[]) => {
  const ended = await stage.run([...argv, ...more], { ...variables, ...changes });
  expect(`${ended.stdout}${ended.stderr}`).not.toContain(webhook.secret);
  return ended;
};
const revoke = () => {
  stage.serviceAccount().revokedBefore = stage.emulator.clock.now() + 1000;
};
const host = () => new URL(stage.vaultUri).host;
const title = () => `Vault ${host()}: 1 token or credential is not ok`;
const told = () => JSON.stringify(webhook.posts);

test("revoked: an issue that shows what helps, and a post of each run while it is so; fine, it is closed without one", async () => {
  revoke();
  expect(await report()).toMatchObject({
    code: 3,
    stderr: `Vault ${host()}: issue opened: https://github.example/issues/1\nPosted to the webhook.\n`,
  });
  expect(tracker.issues).toMatchObject([{ title: title(), labels: ["token"] }]);
  expect(tracker.issues[0]?.body).toMatch(
    /^<!-- secure-app-model token of vault "http[^"]+", findings [0-9a-f]{16} -->\n\n[^]*\| `failed` \| `refresh-token-[^|]+ \| `refused` \| `.*AADSTS50173.*consent --force/u,
  );
  expect(told()).toContain(title());
  expect(told()).toMatch(/failed refresh-token-.*AADSTS50173/u);
  expect([(await report()).code, webhook.posts.length]).toEqual([3, 2]);
  stage.serviceAccount().revokedBefore = 0;
  const { code, stdout } = await report({}, "--json");
  expect([code, JSON.parse(stdout), webhook.posts.length]).toEqual([
    0,
    expect.objectContaining({
      report: {
        title: `Vault ${host()}`,
        first: "everything is ok",
        outcome: "fine",
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/u) as string,
        issue: { action: "closed", number: 1, url: "https://github.example/issues/1" },
      },
    }),
    2,
  ]);
});

test("what is a warning is told in time, without failing", async () => {
  await stage.storeToken({ expiresOn: new Date(Date.now() + 20 * 86_400_000) });
  expect((await report()).code).toBe(0);
  expect([tracker.issues.length, webhook.posts.length]).toEqual([1, 1]);
  expect(told()).toMatch(/warning refresh-token-.*Renew it/u);
});

test("what could not be checked closes no issue, and is posted", async () => {
  revoke();
  await report();
  stage.emulator.faults.add({ service: "partnerCenter", drop: true, times: 0 });
  stage.serviceAccount().revokedBefore = 0;
  expect((await report()).code).toBe(1);
  stage.emulator.faults.clear();
  expect([tracker.issues[0]?.state, webhook.posts.length]).toEqual(["open", 2]);
  stage.emulator.faults.add({ service: "keyVault", path: "/secrets", status: 403, body: {}, times: 0 });
  const blind = await report();
  stage.emulator.faults.clear();
  expect([blind.code, blind.stderr, tracker.issues[0]?.state]).toEqual([
    1,
    expect.stringMatching(/^Posted to the webhook\.\nerror: Listing the secrets of /u),
    "open",
  ]);
  expect(JSON.stringify(webhook.posts.at(-1))).toMatch(/could not be checked.*Listing the secrets of/u);
});

test("a vault without a token is told as well", async () => {
  await (await stage.vault.beginDeleteSecret(stage.tokenName, { intervalInMs: 10 })).pollUntilDone();
  expect((await report()).code).toBe(3);
  expect(tracker.issues[0]?.body).toContain("There is no refresh token");
  expect(told()).toContain("There is no refresh token");
});

test("a tracker and a webhook that fail are two failures beside the finding, in JSON too; alone they are the exit code", async () => {
  revoke();
  tracker.faults.push({ status: 403, body: { message: "No." } });
  webhook.faults.push({ status: 500 });
  const { code, stdout, stderr } = await report({}, "--json");
  expect([code, stderr]).toEqual([3, ""]);
  expect(JSON.parse(stdout)).toMatchObject({
    exitCode: 3,
    tokens: [{ state: "failed", health: "refused" }],
    posted: false,
    errors: [{ code: "github-refused" }, { code: "webhook-refused" }],
  });
  stage.serviceAccount().revokedBefore = 0;
  tracker.faults.push({ status: 403, body: { message: "No." } });
  expect((await report()).code).toBe(1);
});

test("without a webhook nothing is posted; no token of GitHub's is a usage error before anything is asked", async () => {
  revoke();
  expect((await report({ SECURE_APP_MODEL_WEBHOOK: "" })).stderr).toMatch(/^Vault .*: issue opened: .*\n$/u);
  stage.emulator.requests.clear();
  expect((await report({ GITHUB_TOKEN: "" })).code).toBe(2);
  expect((await report({ SECURE_APP_MODEL_WEBHOOK: `ftp://x/${webhook.secret}` })).code).toBe(2);
  expect(stage.emulator.requests.entries()).toEqual([]);
});
