/** GitHub's issues and comments, as work items and threads of Azure DevOps. */
import { jobsOnAzureDevOps } from "../../../cli/report-jobs/azure-devops";
import { toldStep } from "../../../cli/report-jobs/job";
import { keepComment, pullRequestIn } from "../../../cli/report/comment";
import { issuesIn, keepIssue, type IssueReport } from "../../../cli/report/issue";
import { type AzureDevOpsService, startAzureDevOps } from "../../support/azure-devops/service";

let service: AzureDevOpsService;
beforeEach(async () => {
  service = await startAzureDevOps();
});
afterEach(() => service.close());

const variables = (changes: Record<string, string> = {}) => ({
  SYSTEM_ACCESSTOKEN: service.token,
  SYSTEM_COLLECTIONURI: service.url,
  SYSTEM_TEAMPROJECT: "partner program",
  SYSTEM_PULLREQUEST_PULLREQUESTID: "7",
  BUILD_REPOSITORY_ID: "r",
  BUILD_BUILDID: "42",
  BUILD_DEFINITIONNAME: "Renew",
  ...changes,
});
const matter = (name: string, ...findings: string[]): IssueReport => ({
  label: "drift",
  of: "stack",
  name,
  title: `Stack ${name} has drifted`,
  body: "| `<b>&` | `@everyone` |",
  findings: findings.map((what) => ({ state: "failed", about: [], what })),
  texts: { changed: "It has changed.", gone: "It is gone", kept: "every check" },
});
const keep = (one: IssueReport, changes: Record<string, string> = {}) =>
  keepIssue(one, variables(changes), "azure-devops");

test("one work item: opened, updated, commented where something else is wrong, closed in the process's own state", async () => {
  expect(await keep(matter("dev"))).toEqual({ action: "none" });
  const url = `${service.url}partner%20program/_workitems/edit/1`;
  expect(await keep(matter("dev", "a"))).toEqual({ action: "opened", number: 1, url });
  expect(await keep(matter("dev", "a"))).toEqual({ action: "updated", number: 1, url });
  expect(service.workItems).toMatchObject([
    {
      history: [],
      fields: {
        "System.Title": "Stack dev has drifted",
        "System.State": "To Do",
        "System.Tags": expect.stringMatching(/^secure-app-model; drift; secure-app-model-[0-9a-f]{16}$/u) as string,
      },
    },
  ]);
  expect(service.workItems[0]?.fields["System.Description"]).toMatch(
    /^<pre>\| `&#60;b&#62;&#38;` \| `@everyone` \|\n\nSeen, 20\d\d-.* by \[this run\]\(http:[^)]*\/partner%20program\/_build\/results\?buildId=42\)\. [^<]*<\/pre><p>drift of stack dev, findings [0-9a-f]{16}<\/p>$/u,
  );
  await keep(matter("dev", "b"));
  expect(await keep(matter("dev"))).toMatchObject({ action: "closed", number: 1 });
  expect(service.workItems).toMatchObject([
    { fields: { "System.State": "Done" }, history: ["It has changed.", expect.stringMatching(/^It is gone, /u)] },
  ]);
  expect(await keep(matter("dev", "a"))).toMatchObject({ action: "opened", number: 2 });
});

test("each stack has its own", async () => {
  await keep(matter("global", "a"));
  await keep(matter("global-2", "a"));
  await keep(matter("global"));
  expect(service.workItems.map(({ fields }) => fields["System.State"])).toEqual(["Done", "To Do"]);
});

test("one thread of the pull request, updated in place; somebody else's copy of it is left alone", async () => {
  const write = async (body: string) =>
    await keepComment(
      pullRequestIn("azure-devops", variables()),
      { label: "preview", of: "stack", name: "global" },
      body,
      variables(),
    );
  const content = '<!-- secure-app-model preview of stack "global" -->\n\nmine';
  service.threads.push({ id: 1, status: "active", comments: [{ id: 1, content, author: { id: "somebody" } }] });
  const url = `${service.url}partner%20program/_git/pullrequest/7?discussionId=101`;
  expect(await write("one")).toEqual({ action: "written", url });
  expect(await write("two")).toEqual({ action: "updated", url });
  expect(service.threads.map(({ status, comments }) => [status, comments.map((one) => one.content)])).toEqual([
    ["active", [content]],
    [
      "closed",
      [expect.stringMatching(/^<!-- secure-app-model preview of stack "global" -->\n\ntwo\n\nSeen, /u) as string],
    ],
  ]);
});

test("the jobs of a run, from its timeline", async () => {
  const record = (id: string, type: string, parentId: string | null, name: string, result: string | null) => ({
    id,
    type,
    parentId,
    name,
    result,
    startTime: result === "abandoned" ? null : "2026-11-25T00:00:00Z",
  });
  service.timelines.set("42", [
    record("s", "Stage", null, "stacks", "failed"),
    record("1", "Job", "s", "renew global", "failed"),
    record("1a", "Task", "1", "npm ci", "succeeded"),
    record("1b", "Task", "1", "renew", "failed"),
    record("2", "Job", "s", "renew usgov", "succeededWithIssues"),
    record("3", "Job", "s", "renew third", "canceled"),
    record("4", "Job", "s", "renew fourth", "abandoned"),
    record("5", "Job", "s", "tell", null),
    record("6", "Job", "s", "drift global", "failed"),
    record("6a", "Task", "6", "drift", "failed"),
    record("6b", "Task", "6", toldStep, "succeeded"),
  ]);
  const jobs = await jobsOnAzureDevOps("42", variables());
  expect(jobs.map(({ name, outcome, step }) => [name, outcome, step])).toEqual([
    ["renew global", "failed", "renew"],
    ["renew usgov", "succeeded", undefined],
    ["renew third", "stopped", undefined],
    ["renew fourth", "ended", undefined],
    ["tell", "ended", undefined],
    ["drift global", "succeeded", "drift"],
  ]);
  expect(jobs[0]).toMatchObject({
    workflow: "Renew",
    url: `${service.url}partner%20program/_build/results?buildId=42&view=logs&j=1`,
  });
});

test.each<[string, Record<string, string>, RegExp]>([
  [
    "no token",
    { SYSTEM_ACCESSTOKEN: "" },
    /needs SYSTEM_ACCESSTOKEN\..*env SYSTEM_ACCESSTOKEN: \$\(System\.AccessToken\)/u,
  ],
  ["an address in the clear", { SYSTEM_COLLECTIONURI: "http://dev.example/" }, /only to an https address/u],
])("%s: a usage error, before anything is sent", (_, changes, message) => {
  expect(() => issuesIn("azure-devops", variables(changes))).toThrow(message);
});

test("a build that is about no pull request has nothing to comment", () => {
  expect(() => pullRequestIn("azure-devops", variables({ SYSTEM_PULLREQUEST_PULLREQUESTID: "" }))).toThrow(
    /needs a pull request, and SYSTEM_PULLREQUEST_PULLREQUESTID/u,
  );
});

test("a token that is none, and one that may not: one clear error each", async () => {
  await expect(keep(matter("dev", "a"), { SYSTEM_ACCESSTOKEN: "another-token" })).rejects.toThrow(
    /Azure DevOps refused POST _apis\/wit\/wiql: 401\. SYSTEM_ACCESSTOKEN is not this organization/u,
  );
  service.forbidden = /\$Task/u;
  await expect(keep(matter("dev", "a"))).rejects.toThrow(/403 TF401027.*needs the right Edit work items in this node/u);
});
