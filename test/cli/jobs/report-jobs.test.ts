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
  for (const one of await jobsOnGitHub("42", variables())) await keepIssue(lookOf(one), variables());
};
const open = () => tracker.issues.filter(({ state }) => state === "open").map(({ title }) => title);

test.each([
  ["failure", "install", "has failed"],
  ["timed_out", "command", "has failed"],
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

test.each([
  ["was skipped", job("renew global", "skipped")],
  ["made way for a newer one before it began", job("renew global", "cancelled")],
])("a job that %s says nothing: no issue is opened or closed", async (_, ended) => {
  await keep(ended);
  expect(tracker.issues).toEqual([]);
  await keep(job("renew global", "failure", step("x", "failure")));
  await keep(ended);
  expect(open()).toHaveLength(1);
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
  const run = (...argv: string[]) =>
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
    expect((await run("--run", "42")).stderr).toBe("Tell: job tell: issue closed: https://github.example/issues/1\n");
  });

  test("tells in an issue and a channel, and has done its work; what one refuses is told by the other, and fails it", async () => {
    tracker.runs.set("42", [job("renew global", "failure", step("npm ci", "failure")), job("renew usgov", "success")]);
    const told = await run("--run", "42");
    expect([told.code, told.stdout, told.stderr]).toEqual([
      0,
      "failed renew global npm ci: It has failed: https://github.example/renew-global\n",
      "Renew: job renew global: issue opened: https://github.example/issues/1\nPosted to the webhook.\n",
    ]);
    expect(JSON.stringify(webhook.posts)).toMatch(/Renew: job renew global: has failed.*npm ci/u);
    webhook.faults.push({ status: 404 });
    tracker.permissions = { actions: "read", issues: "read" };
    const untold = await run("--run", "42");
    expect([untold.code, untold.stderr]).toEqual([
      1,
      expect.stringMatching(/needs the permission issues: write\.\nerror: The webhook refused the post: 404/u),
    ]);
    tracker.permissions = { issues: "write" };
    expect(await run("--run", "42")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/needs the permission actions: read/u) as string,
    });
    expect(await run("--run", "latest")).toMatchObject({ code: 2 });
  });
});
