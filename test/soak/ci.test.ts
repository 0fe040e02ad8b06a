/** The template's pipeline of Azure Pipelines, job by job, and the identity of renewals beside a certificate; in the cloud that test/e2e/ci.test.ts has not. */
import { CiStack } from "../e2e/support/ci-stack";
import { handsOn, tampers } from "../e2e/support/tampers";
import { aboutStack } from "../e2e/support/command";
import { thatIsThere } from "../e2e/support/project";
import { enableToken, newestOf, tokenVersions } from "../e2e/support/vault";
import { propose } from "../support/pull-request";
import { stackOf } from "../support/github/workflow";
import { story } from "../support/story";

const row = stackOf("AzureUSGovernment");

let ci: CiStack;
beforeAll(async () => {
  ci = await CiStack.start(row, { merged: { credential: { rotateEvery: "30d" } } });
  await ci.admit("rotate");
  // The roles take effect.
  ci.project.emulator.clock.advance(1000);
  propose(ci.checkout, {});
});
afterAll(() => ci.close());

const test = story();

/** Its exit code, the last line of its command, and the summary in the run. */
async function run(schedule: string, notify = false): Promise<{ code: number; text: string; summary: string[] }> {
  const started = schedule === "preview" ? { parameters: { job: schedule, pullRequest: 7 } } : { schedule, notify };
  const { code, text, summaries } = await ci.runInPipeline(started);
  const summary = Object.values(summaries).map((one) => one.split("\n", 1)[0]?.replace(/127\S+(?=:)/u, "<host>") ?? "");
  return { code, text, summary };
}

for (const [job, said, summary] of [
  ["preview", /^Resources:\n/mu, ["### `Preview of stack dev: succeeded`"]],
  ["rotate", /^No rotation of stack dev is due\.$/mu, []],
  ["up", /^Resources:\n/mu, []],
  ["drift", /has not drifted\.$/mu, ["### `Drift of stack dev: none`"]],
  ["probe", /^ok {7}refresh-token-/mu, ["### `Vault <host>: everything is ok`"]],
  ["renew", /^kept refresh-token-/mu, []],
  ["customers", /^$/u, []],
] as const)
  test(`${job} in Azure Pipelines, where nothing is wrong`, async () => {
    expect(await run(job)).toEqual({ code: 0, text: expect.stringMatching(said) as string, summary });
  });

test("where something is wrong the run fails with the command's exit code, and its summary says what", async () => {
  const user = thatIsThere(ci.project.tenant.users.get(ci.project.seeds.users.serviceAccount.id));
  user.revokedBefore = ci.project.emulator.clock.now() + 1000;
  const seen = [await run("probe", true), await run("renew")];
  expect(ci.webhook.posts).toHaveLength(1);
  user.revokedBefore = 0;
  const hands = await handsOn(ci.project);
  for (const { tamper } of tampers) await tamper(hands);
  seen.push(await run("drift"), await run("up"));
  expect(seen.map(({ code, summary }) => [code, ...summary])).toEqual([
    [3, "### `Vault <host>: 1 token or credential is not ok`"],
    [3],
    [5, "### `Drift of stack dev: 5 differences`"],
    [1],
  ]);
  expect(seen.at(-1)?.text).toMatch(/On a machine with a browser, run this, then deploy again/u);
  // A person enables what was disabled by hand.
  await enableToken(ci.project);
  expect([(await run("up")).code, (await run("drift")).code]).toEqual([0, 0]);
});

test("with its rights of before renew.yml is green after a rotation and beside the first certificate, which asks for one more once it is alone", async () => {
  const renewed = async () => {
    ci.age(ci.outputs.refreshTokenName, 8);
    const { code, text } = await ci.run("renew.yml");
    return [code, /^renewed refresh-token-/mu.test(text)];
  };
  const rotate = async (...argv: string[]) => {
    expect((await aboutStack(ci.project, "rotate", "--yes", ...argv)).code).toBe(0);
  };
  const { tags } = newestOf(await tokenVersions(ci.project));
  await rotate();
  expect(await renewed()).toEqual([0, true]);
  await ci.project.configure({ credential: { kind: "certificate" } });
  await ci.project.up();
  expect(await renewed()).toEqual([0, true]);
  await rotate("--finish");
  expect(await renewed()).toEqual([1, false]);
  await ci.admit("renew");
  // The role takes effect.
  ci.project.emulator.clock.advance(1000);
  expect(await renewed()).toEqual([0, true]);
  const { "consented-at": _, ...others } = tags;
  expect(newestOf(await tokenVersions(ci.project)).tags).toMatchObject(others);
});
