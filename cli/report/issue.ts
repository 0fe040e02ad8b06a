/** One issue about one matter: opened, kept up to date, closed when it is gone. */
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { GitHubIssues } from "./github-issues";
import { seenBy, type Subject } from "./seen";
import type { Issue, IssueTracker } from "./tracker";
import type { TrackerName } from "./tracker-names";
import { WorkItems } from "./work-items";

/** What an issue is about, and what there is to say of it now. */
export interface Matter extends Subject {
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

/** @throws UsageError without a repository or token; Failure when the tracker refuses */
export async function keepIssue(
  matter: Matter,
  environment: NodeJS.ProcessEnv,
  tracker: TrackerName = "github",
): Promise<KeptIssue> {
  const issues = tracker === "github" ? new GitHubIssues(environment) : new WorkItems(environment);
  const open = await issues.find(matter);
  if (matter.findings.length > 0) {
    const told = await tell(issues, matter, open[0], environment);
    markTold(environment);
    return told;
  }
  if (!matter.isWhole) return kept("none", open[0]);
  for (const { number } of open) {
    await issues.comment(number, `${matter.texts.gone}${seenBy(environment)}.`);
    await issues.close(number);
  }
  return kept(open.length === 0 ? "none" : "closed", open[0]);
}

/** For a log. */
export function issueNote({ label }: Pick<Matter, "label">, { action, url }: KeptIssue): string {
  if (action === "none" || url === undefined) return `There is no open ${label} issue, and none is needed.`;
  return `${label.charAt(0).toUpperCase()}${label.slice(1)} issue ${action}: ${url}`;
}

async function tell(
  issues: IssueTracker,
  matter: Matter,
  open: Issue | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<KeptIssue> {
  const { title, texts } = matter;
  const seen = `Seen${seenBy(environment)}. This issue is updated by ${texts.kept}.`;
  const text = { title, body: `${matter.body}\n\n${seen}`, fingerprint: fingerprintOf(matter) };
  if (open === undefined) return kept("opened", await issues.open(matter, text));
  await issues.change(open.number, matter, text);
  if (open.fingerprint !== text.fingerprint) await issues.comment(open.number, texts.changed);
  return kept("updated", open);
}

/** The later steps of the workflow or pipeline that this is see that what was found is told. */
function markTold({ GITHUB_OUTPUT: file, TF_BUILD }: NodeJS.ProcessEnv): void {
  if (file) appendFileSync(file, "told=true\n");
  if (TF_BUILD === "True") process.stderr.write("##vso[task.setvariable variable=told]true\n");
}

const kept = (action: KeptIssue["action"], one: Issue | undefined): KeptIssue =>
  one === undefined ? { action } : { action, number: one.number, url: one.url };

function fingerprintOf({ findings }: Matter): string {
  return createHash("sha256")
    .update([...findings].sort().join("\n"))
    .digest("hex")
    .slice(0, 16);
}
