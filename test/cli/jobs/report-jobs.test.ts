/** `report-jobs`: what somebody is told of a job that did not do its work, and when; test/e2e/ci.test.ts runs it after real ones. */
import { toldStep } from "../../../cli/report-jobs/job";
import type { TrackedJob } from "../../support/github/issue-tracker";
import { jobOf, readWorkflow } from "../../support/github/workflow";
import { commandHere } from "../support/command-here";
import { type Listeners, listenersForEach } from "../support/listeners";

let { tracker, webhook, variables } = {} as Listeners;
listenersForEach((fresh) => {
  ({ tracker, webhook, variables } = fresh);
  tracker.permissions = { actions: "read", issues: "write" };
});

const step = (name: string, conclusion: string) => ({ name, conclusion });
const job = (name: string, conclusion: string, ...steps: TrackedJob["steps"]): TrackedJob => ({
  name,
  workflow_name: "Partner",
  html_url: `https://github.example/${name.replaceAll(" ", "")}`,
  conclusion,
  steps,
});
const report = (...argv: string[]) => commandHere(["report-jobs", ...argv, "--issue", "--notify"], "", variables);
/** The last job of a run with these. */
const tell = async (...jobs: TrackedJob[]) => {
  tracker.runs.set("42", jobs);
  return await report("--run", "42");
};
const open = () => tracker.issues.filter(({ state }) => state === "open").map(({ title }) => title);
const before = step("Set up job", "success");

test.each<[string, string, TrackedJob["steps"], string]>([
  ["fails", "failure", [before, step("npm ci", "failure")], "has failed"],
  ["takes too long", "timed_out", [before, step("look", "cancelled")], "ran out of time"],
  ["is cancelled", "cancelled", [before, step("look", "cancelled")], "was cancelled, or ran out of time"],
  ["makes way for a newer one", "cancelled", [], "was cancelled before it began, by a person or for a newer one"],
])(
  "a job that %s: one issue and one post, which name the step, until it succeeds",
  async (_, conclusion, steps, says) => {
    const at = steps[1]?.name;
    const title = `Partner: job renew / global: ${says}`;
    expect(await tell(job("renew / global", conclusion, ...steps), job("renew / usgov", "success"))).toEqual({
      code: 0,
      stdout: `failed renew / global${at === undefined ? "" : ` ${at}`}: It ${says}: https://github.example/renew/global\n`,
      stderr: "Partner: job renew / global: issue opened: https://github.example/issues/1\nPosted to the webhook.\n",
    });
    const where = at === undefined ? "" : `, in the step \`${at}\``;
    const body = `\`renew / global\` of the workflow \`Partner\` ${says}${where}: [its log](https://github.example/renew/global).`;
    expect(tracker.issues).toMatchObject([
      { title, labels: ["failure"], body: expect.stringContaining(body) as string },
    ]);
    expect(JSON.stringify(webhook.posts)).toContain(title);
    // One that is skipped has not succeeded.
    await tell(job("renew / global", "skipped"));
    expect([open(), webhook.posts.length]).toEqual([[title], 1]);
    await tell(job("renew / global", "success"));
    expect([open(), webhook.posts.length]).toEqual([[], 1]);
  },
);

test("what an issue says already is not told again", async () => {
  const failed = job("renew / global", "failure", step("Run node", "failure"));
  await tell(failed);
  await tell({ ...failed, steps: [...failed.steps, step(toldStep, "success")] });
  expect(open()).toEqual([]);
  await tell({ ...failed, steps: [...failed.steps, step(toldStep, "skipped")] });
  expect(open()).toHaveLength(1);
});

test("a name from outside is text, and ends no marker", async () => {
  const evil = 'renew --> @everyone `x` "usgov"';
  await tell(job("renew / global", "failure"), job(evil, "failure"));
  expect(tracker.issues[1]?.body).toMatch(
    /^<!-- secure-app-model failure of job "Partner: renew --\\u003e [^>]*, findings [0-9a-f]{16} -->\n\nThe job ``renew --> @everyone `x` "usgov"`` of/u,
  );
  await tell(job(evil, "success"));
  expect(open()).toEqual(["Partner: job renew / global: has failed"]);
});

test("what tell.yml says where not even it could tell is closed by the next one that does", async () => {
  const { steps } = jobOf(readWorkflow("tell.yml"));
  const { TITLE: title = "", BODY: body = "" } = steps.at(-1)?.env ?? {};
  const user = { type: "Bot" } as const;
  tracker.issues.push({ number: 1, title, body, state: "open", labels: ["failure"], comments: [], user });
  expect((await tell()).stderr).toBe("Tell: job tell: issue closed: https://github.example/issues/1\n");
});

test("what has waited for a day: an issue and one post, whichever run sees it, until the job succeeds; a job of that name closes none before", async () => {
  const day = 86_400_000;
  const at = (days: number) => `${new Date(Date.now() - days * day).toISOString().slice(0, 19)}Z`;
  const of = (name: string, status: string, days: number): TrackedJob => ({
    ...job(name, ""),
    ...{ conclusion: null, status, created_at: at(days) },
  });
  const run = (id: number, days: number, status = "waiting", event = "push", branch = "main") => ({
    ...{ id, status, event, created_at: at(days), head_branch: branch },
  });
  tracker.earlier.push(
    run(1, 2),
    run(2, 2, "queued"),
    run(3, 0.5),
    run(4, 9, "completed"),
    run(5, 9, "waiting", "pull_request_target"),
    // Whoever may push a branch chooses its names.
    run(6, 9, "waiting", "push", "another"),
  );
  tracker.runs.set("1", [
    of("up / global", "waiting", 2),
    of("stacks", "completed", 2),
    of("up / usgov", "in_progress", 2),
  ]);
  tracker.runs.set("2", [of("drift / global", "queued", 2), of("drift / usgov", "queued", 0.5)]);
  for (const id of ["3", "4", "5", "6"]) tracker.runs.set(id, [of("up / third", "waiting", 9)]);
  const told = await tell(job("up / global", "success"));
  expect([told.code, told.stdout.split("\n")]).toEqual([
    0,
    [
      "failed up / global: It has waited for a reviewer for a day: https://github.example/up/global",
      "failed drift / global: It has not begun for a day: https://github.example/drift/global",
      "",
    ],
  ]);
  const waits = ["up / global: has waited for a reviewer for a day", "drift / global: has not begun for a day"];
  expect(open()).toEqual(waits.map((one) => `Partner: job ${one}`));
  expect((await report("--run", "42")).code).toBe(0);
  expect([open().length, webhook.posts.length]).toEqual([2, 1]);
  tracker.earlier.length = 0;
  expect((await report("--run", "42")).code).toBe(0);
  expect(open()).toEqual(["Partner: job drift / global: has not begun for a day"]);
});

test("what GitHub or the webhook refuses is told by the other, and fails the command", async () => {
  webhook.faults.push({ status: 404 });
  tracker.permissions = { actions: "read", issues: "read" };
  const untold = await tell(job("renew / global", "failure", step("npm ci", "failure")));
  expect([untold.code, untold.stderr]).toEqual([
    1,
    expect.stringMatching(/needs the permission issues: write\.\nerror: The webhook refused the post: 404/u),
  ]);
  tracker.permissions = { issues: "write" };
  expect(await report("--run", "42")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/needs the permission actions: read/u) as string,
  });
  expect(await report("--run", "latest")).toMatchObject({
    ...{ code: 2, stdout: "" },
    stderr:
      "error: --run latest is not the number of a workflow's run.\n  Name it by the number behind /runs/ in its address; in a workflow GITHUB_RUN_ID has it.\n",
  });
});
