/** One issue about one matter: opened, kept up to date, closed when it is gone. */
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import * as v from "valibot";
import { forIssues, GitHub } from "./github";
import { marker, seenBy, type Subject } from "./seen";

/** What an issue is about, and what there is to say of it now. */
export interface Matter extends Subject {
  /** Only who may triage sets a label, so nobody else's issue is ever taken for ours. */
  label: Exclude<Subject["label"], "preview">;
  title: string;
  /** Markdown. */
  body: string;
  /** One text each; none: nothing is wrong. What is the same as before tells nobody anew. */
  findings: readonly string[];
  /** Whether all of it could be looked at: what could not may still be as it was, and closes no issue. */
  isWhole: boolean;
  texts: {
    /** In a comment, with a full stop: a changed body notifies nobody. */
    changed: string;
    /** In the last comment, without a full stop: "The drift is gone". */
    gone: string;
    /** By whom the issue is kept: "every drift check, and closed by the first that finds no drift". */
    kept: string;
  };
}

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

/** @throws UsageError without a repository or token; Failure when GitHub refuses */
export async function keepIssue(matter: Matter, environment: NodeJS.ProcessEnv): Promise<KeptIssue> {
  const gitHub = new GitHub(environment, forIssues);
  const open = await openIssues(gitHub, matter);
  if (matter.findings.length > 0) {
    const told = await tell(gitHub, matter, open[0], environment);
    setOutput(environment, "told");
    return told;
  }
  if (!matter.isWhole) return kept("none", open[0]);
  for (const { number } of open) {
    await comment(gitHub, number, `${matter.texts.gone}${seenBy(environment)}.`);
    await change(gitHub, number, { state: "closed", state_reason: "completed" });
  }
  return kept(open.length === 0 ? "none" : "closed", open[0]);
}

/** For a log. */
export function issueNote({ label }: Pick<Matter, "label">, { action, url }: KeptIssue): string {
  if (action === "none" || url === undefined) return `There is no open ${label} issue, and none is needed.`;
  return `${label.charAt(0).toUpperCase()}${label.slice(1)} issue ${action}: ${url}`;
}

async function tell(gitHub: GitHub, matter: Matter, open: Issue | undefined, environment: NodeJS.ProcessEnv) {
  const { title, label, texts } = matter;
  const body = bodyOf(matter, environment);
  if (open === undefined) {
    return kept("opened", await gitHub.ask("POST", "/issues", issue, { title, body, labels: [label] }));
  }
  await change(gitHub, open.number, { title, body });
  if (fingerprintIn(open.body) !== fingerprint(matter)) await comment(gitHub, open.number, texts.changed);
  return kept("updated", open);
}

async function comment(gitHub: GitHub, number: number, body: string): Promise<void> {
  await gitHub.ask("POST", `/issues/${number}/comments`, v.looseObject({}), { body });
}

async function change(gitHub: GitHub, number: number, changes: object): Promise<void> {
  await gitHub.ask("PATCH", `/issues/${number}`, v.unknown(), changes);
}

/** An output of the step of a workflow that this is: its later steps see that what was found is told. */
function setOutput({ GITHUB_OUTPUT: file }: NodeJS.ProcessEnv, name: string): void {
  if (file) appendFileSync(file, `${name}=true\n`);
}

const kept = (action: KeptIssue["action"], one: Issue | undefined): KeptIssue =>
  one === undefined ? { action } : { action, number: one.number, url: one.html_url };

function bodyOf(matter: Matter, environment: NodeJS.ProcessEnv): string {
  const seen = `Seen${seenBy(environment)}. This issue is updated by ${matter.texts.kept}.`;
  const first = `${marker(matter)}, findings ${fingerprint(matter)} -->`;
  return [first, matter.body, seen].join("\n\n");
}

function fingerprint({ findings }: Matter): string {
  return createHash("sha256")
    .update([...findings].sort().join("\n"))
    .digest("hex")
    .slice(0, 16);
}

const fingerprintIn = (body: string | null | undefined): string | undefined =>
  /^<!-- .*, findings ([0-9a-f]{16}) -->/u.exec(body ?? "")?.[1];

/** Oldest first. */
async function openIssues(gitHub: GitHub, matter: Matter): Promise<Issue[]> {
  const query = `state=open&labels=${matter.label}&sort=created&direction=asc`;
  const issues = await gitHub.list(`/issues?${query}`, v.array(issue), (all) => all);
  return issues.filter((one) => !one.pull_request && one.body?.startsWith(`${marker(matter)}, `));
}
