/** One issue for a stack that has drifted: opened, kept up to date, closed when the drift is gone. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { countPages } from "../../http/pages";
import { now } from "../../startup/clock";
import { GitHub, gitHubAccess } from "./github";
import { markdownReport } from "./markdown";
import { count, type Report } from "./report";

export interface KeptIssue {
  action: "opened" | "updated" | "closed" | "none";
  number?: number;
  url?: string;
}

const issue = v.object({
  number: v.number(),
  html_url: v.string(),
  body: v.nullish(v.string()),
  pull_request: v.optional(v.looseObject({})),
});
type Issue = v.InferOutput<typeof issue>;

/** Only who may triage sets a label, so nobody else's issue is ever taken for ours. */
const label = "drift";
const pageSize = 100;

/** @param report of a run that could look @throws UsageError without a repository or token; Failure when GitHub refuses */
export async function keepIssue(report: Report, environment: NodeJS.ProcessEnv): Promise<KeptIssue> {
  const gitHub = new GitHub(gitHubAccess(environment));
  const open = await openIssues(gitHub, report.stack);
  if (report.drift.length > 0) return await tell(gitHub, report, open[0], bodyOf(report, environment));
  // What could not be looked at may still be as it was.
  if (report.unreadable.length > 0) return kept("none", open[0]);
  for (const { number } of open) {
    await comment(gitHub, number, `The drift is gone${seenBy(environment)}.`);
    await change(gitHub, number, { state: "closed", state_reason: "completed" });
  }
  return kept(open.length === 0 ? "none" : "closed", open[0]);
}

async function tell(gitHub: GitHub, report: Report, open: Issue | undefined, body: string): Promise<KeptIssue> {
  const title = `Stack ${report.stack} has drifted: ${count(report.drift.length)}`;
  if (open === undefined)
    return kept("opened", await gitHub.ask("POST", "/issues", issue, { title, body, labels: [label] }));
  await change(gitHub, open.number, { title, body });
  // A changed body notifies nobody.
  if (fingerprintIn(open.body) !== fingerprint(report)) {
    await comment(gitHub, open.number, `The drift has changed: ${count(report.drift.length)} now.`);
  }
  return kept("updated", open);
}

async function comment(gitHub: GitHub, number: number, body: string): Promise<void> {
  await gitHub.ask("POST", `/issues/${number}/comments`, v.looseObject({}), { body });
}

async function change(gitHub: GitHub, number: number, changes: object): Promise<void> {
  await gitHub.ask("PATCH", `/issues/${number}`, v.unknown(), changes);
}

const kept = (action: KeptIssue["action"], one: Issue | undefined): KeptIssue =>
  one === undefined ? { action } : { action, number: one.number, url: one.html_url };

/** The issue says whose it is in its first line, which GitHub does not show. */
const marker = (stack: string): string => `<!-- secure-app-model drift of stack ${JSON.stringify(stack)}`;

function bodyOf(report: Report, environment: NodeJS.ProcessEnv): string {
  const seen = `Seen${seenBy(environment)}. This issue is updated by every drift check, and closed by the first that finds no drift.`;
  const first = `${marker(report.stack)}, findings ${fingerprint(report)} -->`;
  return [first, markdownReport(report), seen].join("\n\n");
}

function fingerprint({ drift }: Report): string {
  const findings = drift.map((finding) => JSON.stringify(finding, (_, value: unknown) => value ?? undefined)).sort();
  return createHash("sha256").update(findings.join("\n")).digest("hex").slice(0, 16);
}

const fingerprintIn = (body: string | null | undefined): string | undefined =>
  /^<!-- .*, findings ([0-9a-f]{16}) -->/u.exec(body ?? "")?.[1];

/** When, and by which run of a workflow. */
function seenBy(environment: NodeJS.ProcessEnv): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository = "", GITHUB_RUN_ID: run } = environment;
  const link = server && run ? ` by [this run](${server}/${repository}/actions/runs/${run})` : "";
  return `, ${new Date(now()).toISOString().slice(0, 16)}Z${link}`;
}

/** Oldest first. */
async function openIssues(gitHub: GitHub, stack: string): Promise<Issue[]> {
  const found: Issue[] = [];
  const next = countPages(gitHub.origin, "GitHub");
  for (let page = 1; ; page++) {
    next();
    const query = `state=open&labels=${label}&sort=created&direction=asc&per_page=${pageSize}&page=${page}`;
    const issues = await gitHub.ask("GET", `/issues?${query}`, v.array(issue));
    found.push(...issues.filter((one) => !one.pull_request && one.body?.startsWith(`${marker(stack)}, `)));
    if (issues.length < pageSize) return found;
  }
}
