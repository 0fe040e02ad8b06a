/** The tests of the workflows that test/e2e/ci.test.ts runs in one cloud, in the other. */
import { CiStack } from "../e2e/support/ci-stack";
import { handsOn, tampers } from "../e2e/support/tampers";
import { aboutStack } from "../e2e/support/command";
import { enableToken, newestOf, tokenVersions } from "../e2e/support/vault";
import { propose } from "../support/pull-request";
import { stackOf } from "../support/github/workflow";

const row = stackOf("AzureUSGovernment");

let ci: CiStack;
beforeAll(async () => {
  ci = await CiStack.start(row);
});
afterAll(() => ci.close());

test("preview.yml finds a stack of AzureUSGovernment as declared; what up.yml repairs there closes the issue of drift.yml", async () => {
  const { audience } = ci;
  const run = async (file: string) => {
    ci.issuer.audiences.length = 0;
    const { code, text } = file === "preview.yml" ? await ci.preview() : await ci.run(file);
    return { code, text, audiences: [...new Set(ci.issuer.audiences)] };
  };
  const preview = await run("preview.yml");
  expect(preview).toMatchObject({ code: 0, audiences: [audience] });
  expect(preview.text).toMatch(/^Resources:\n +\d+ unchanged\n/mu);
  for (const file of ["renew.yml", "probe.yml"])
    expect(await run(file)).toMatchObject({ code: 0, audiences: [audience] });
  // An outage is not drift, and changes no issue; the failed job is reported.
  ci.project.emulator.faults.add({ service: "resourceManager", drop: true, times: 0 });
  const blind = await run("drift.yml");
  ci.project.emulator.faults.clear();
  expect([blind.code, blind.text]).toEqual([1, expect.stringMatching(/whether it has drifted is not known/u)]);
  expect(ci.tracker.issues).toEqual([]);
  await ci.tell();
  expect(ci.tracker.issues).toMatchObject([{ title: `Partner: job drift / ${ci.stack}: has failed`, state: "open" }]);
  const hands = await handsOn(ci.project);
  for (const { tamper } of tampers) await tamper(hands);
  // If the tracker refuses, the job fails, but the result is printed.
  ci.tracker.faults.push({ status: 403, body: { message: "Resource not accessible by integration" } });
  const refused = await ci.run("drift.yml");
  const drifts = () => ci.tracker.issues.filter(({ labels }) => labels.includes("drift"));
  expect([refused.code, drifts()]).toEqual([1, []]);
  expect(refused.text).toMatch(/GitHub refused GET \/issues .*needs the permission issues: write/su);
  expect(refused.summary).toContain(`Drift of stack ${ci.stack}: 5 differences`);
  expect(await run("drift.yml")).toMatchObject({ code: 5, audiences: [audience] });
  // It is reported in its own issue, and the job works again.
  await ci.tell();
  expect(ci.tracker.issues.map(({ labels, state }) => [labels, state])).toEqual([
    [["failure"], "closed"],
    [["drift"], "open"],
  ]);
  // CI cannot sign in.
  await enableToken(ci.project);
  expect(await run("up.yml")).toMatchObject({ code: 0, audiences: [audience] });
  expect(await run("drift.yml")).toMatchObject({ code: 0, audiences: [audience] });
  expect(drifts()).toMatchObject([{ state: "closed" }]);
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
  await ci.admitRenewal();
  // The role takes effect.
  ci.project.emulator.clock.advance(1000);
  expect(await renewed()).toEqual([0, true]);
  const { "consented-at": _, ...others } = tags;
  expect(newestOf(await tokenVersions(ci.project)).tags).toMatchObject(others);
});

test("a preview in Azure Pipelines: the engine and its plugins sign in with the connection's token", async () => {
  propose(ci.checkout, {});
  const preview = await ci.runInPipeline({ parameters: { job: "preview", pullRequest: 7 } }, "preview");
  expect([preview.code, preview.text]).toEqual([0, expect.stringMatching(/^Resources:\n +\d+ unchanged\n/mu)]);
});
