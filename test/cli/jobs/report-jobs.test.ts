/** The reports about a run's jobs; test/e2e/ci.test.ts runs it after real ones. */
import { jobsOnGitHub } from "../../../cli/report-jobs/github";
import { lookOf, toldStep } from "../../../cli/report-jobs/job";
import { keepIssue } from "../../../cli/report/issue";
import { type IssueTracker, startIssueTracker, type TrackedJob } from "../../support/github/issue-tracker";
import { startWebhook, type Webhook } from "../../support/webhook";
import { jobOf, readWorkflow } from "../../support/github/workflow";
import { builtCommand } from "../support/built-command";

let tracker: IssueTracker;
beforeEach(async () => {
  tracker = await startIssueTracker("contoso/partner");
  tracker.permissions = { actions: "read", issues: "write" };
});
afterEach(() => tracker.close());

const variables = () => ({
  GITHUB_TOKEN: tracker.token,
  GITHUB_REPOSITORY: "contoso/partner",
  GITHUB_API_URL: tracker.url,
});
const step = (name: string, conclusion: string) => ({ name, conclusion });
const job = (name: string, conclusion: string, ...steps: TrackedJob["steps"]): TrackedJob => ({
  name,
  workflow_name: "Renew",
  html_url: `https://github.example/${name.replace(" ", "-")}`,
  conclusion,
  steps,
});
/** Updates the issues for a run with these jobs. */
const keep = async (...jobs: TrackedJob[]) => {
  tracker.runs.set("42", jobs);
  for (const one of (await jobsOnGitHub("42", variables())).own) await keepIssue(lookOf(one), variables());
};
const open = () => tracker.issues.filter(({ state }) => state === "open").map(({ title }) => title);

test.each([
  ["failure", "install", "has failed"],
  ["timed_out", "command", "ran out of time"],
  ["cancelled", "command", "was cancelled, or ran out of time"],
])("a job that ended in %s: an issue that names the step, until it succeeds", async (conclusion, at, says) => {
  const bad = job(
    "renew global",
    conclusion,
    step("Set up job", "success"),
    step(at, conclusion === "failure" ? "failure" : "cancelled"),
  );
  await keep(bad, job("renew usgov", "success"));
  expect(tracker.issues).toMatchObject([
    {
      title: `Renew: job renew global: ${says}`,
      labels: ["failure"],
      body: expect.stringContaining(
        `\`renew global\` of the workflow \`Renew\` ${says}, in the step \`${at}\`: [its log](https://github.example/renew-global).`,
      ) as string,
    },
  ]);
  await keep(job("renew global", "success"));
  expect(open()).toEqual([]);
});

test("a job that was skipped changes no issue; one that was cancelled before it began has one", async () => {
  const skipped = job("renew global", "skipped");
  await keep(skipped);
  expect(tracker.issues).toEqual([]);
  await keep(job("renew global", "cancelled"));
  await keep(skipped);
  expect(open()).toEqual(["Renew: job renew global: was cancelled before it began, by a person or for a newer one"]);
});

test("what an issue says already is not told again", async () => {
  const failed = job("renew global", "failure", step("Run node", "failure"));
  await keep(failed);
  await keep({ ...failed, steps: [...failed.steps, step(toldStep, "success")] });
  expect(open()).toEqual([]);
  await keep({ ...failed, steps: [...failed.steps, step(toldStep, "skipped")] });
  expect(open()).toHaveLength(1);
});

test("two stacks, two issues; a name from outside is text, and ends no marker", async () => {
  const evil = 'renew --> @everyone `x` "usgov"';
  await keep(job("renew global", "failure"), job(evil, "failure"));
  expect(open()).toHaveLength(2);
  expect(tracker.issues[1]?.body).toMatch(
    /^<!-- secure-app-model failure of job "Renew: renew --\\u003e [^>]*, findings [0-9a-f]{16} -->\n\nThe job ``renew --> @everyone `x` "usgov"`` of/u,
  );
  await keep(job(evil, "success"));
  expect(open()).toEqual(["Renew: job renew global: has failed"]);
});

describe("the command", () => {
  let webhook: Webhook;
  beforeEach(async () => {
    webhook = await startWebhook();
  });
  afterEach(() => webhook.close());
  const report = (...argv: string[]) =>
    builtCommand(["report-jobs", ...argv, "--issue", "--notify"], "", {
      ...variables(),
      SECURE_APP_MODEL_WEBHOOK: webhook.teams,
    });

  test("what tell.yml says where not even it could tell is closed by the next one that does", async () => {
    tracker.runs.set("42", []);
    const { steps } = jobOf(readWorkflow("tell.yml"));
    const { TITLE: title = "", BODY: body = "" } = steps.at(-1)?.env ?? {};
    const user = { type: "Bot" } as const;
    tracker.issues.push({ number: 1, title, body, state: "open", labels: ["failure"], comments: [], user });
    expect((await report("--run", "42")).stderr).toBe(
      "Tell: job tell: issue closed: https://github.example/issues/1\n",
    );
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
    tracker.runs.set("42", [job("up / global", "success")]);
    const told = await report("--run", "42");
    expect([told.code, told.stdout.split("\n")]).toEqual([
      0,
      [
        "failed up / global: It has waited for a reviewer for a day: https://github.example/up-/ global",
        "failed drift / global: It has not begun for a day: https://github.example/drift-/ global",
        "",
      ],
    ]);
    const waits = ["up / global: has waited for a reviewer for a day", "drift / global: has not begun for a day"];
    expect(open()).toEqual(waits.map((one) => `Renew: job ${one}`));
    expect((await report("--run", "42")).code).toBe(0);
    expect([open().length, webhook.posts.length]).toEqual([2, 1]);
    tracker.earlier.length = 0;
    expect((await report("--run", "42")).code).toBe(0);
    expect(open()).toEqual(["Renew: job drift / global: has not begun for a day"]);
  });

  test("tells in an issue and a channel, and has done its work; what one refuses is told by the other, and fails it", async () => {
    tracker.runs.set("42", [job("renew global", "failure", step("npm ci", "failure")), job("renew usgov", "success")]);
    const told = await report("--run", "42");
    expect([told.code, told.stdout, told.stderr]).toEqual([
      0,
      "failed renew global npm ci: It has failed: https://github.example/renew-global\n",
      "Renew: job renew global: issue opened: https://github.example/issues/1\nPosted to the webhook.\n",
    ]);
    expect(JSON.stringify(webhook.posts)).toMatch(/Renew: job renew global: has failed.*npm ci/u);
    webhook.faults.push({ status: 404 });
    tracker.permissions = { actions: "read", issues: "read" };
    const untold = await report("--run", "42");
    expect([untold.code, untold.stderr]).toEqual([
      1,
      expect.stringMatching(/needs the permission issues: write\.\nerror: The webhook refused the post: 404/u),
    ]);
    tracker.permissions = { issues: "write" };
    expect(await report("--run", "42")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/needs the permission actions: read/u) as string,
    });
    expect(await report("--run", "latest")).toMatchObject({ code: 2 });
  });
});
