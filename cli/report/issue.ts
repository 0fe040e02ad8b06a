/** One issue about one subject: opened, updated, and closed when nothing is wrong any more. */
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { withoutSecrets } from "../../lib/errors/secrets";
import type { Reported } from "./finding";
import { GitHubIssues } from "./github-issues";
import type { TrackerName } from "./purpose";
import { seenBy, type Subject } from "./seen";
import type { Issue, IssueTracker } from "./tracker";
import { WorkItems } from "./work-items";

/** What was found of the subject of an issue. */
export interface IssueReport extends Subject {
  label: Exclude<Subject["label"], "preview">;
  title: string;
  /** Markdown. */
  body: string;
  /** What is wrong. Unchanged findings do not notify anybody again; with unknown ones alone the issue stays as it is. */
  findings: readonly Reported[];
  /** False: something that may be wrong was not read at all. */
  isWhole?: boolean;
  texts: {
    /** The text of a comment, with a full stop: GitHub sends no notification for a changed body. */
    changed: string;
    /** The text of the last comment, without a full stop: "The drift is gone". */
    gone: string;
    /** What updates the issue: "every drift check, and closed by the first that finds no drift". */
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
  report: IssueReport,
  environment: NodeJS.ProcessEnv,
  tracker: TrackerName = "github",
): Promise<KeptIssue> {
  const issues = tracker === "github" ? new GitHubIssues(environment) : new WorkItems(environment);
  const open = await issues.find(report);
  const known = report.findings.filter(isKnown);
  if (known.length > 0) {
    const told = await tell(issues, report, open[0], environment);
    markTold(environment);
    return told;
  }
  if (report.isWhole === false || known.length < report.findings.length) return kept("none", open[0]);
  for (const { number } of open) {
    await issues.comment(number, `${report.texts.gone}${seenBy(environment)}.`);
    await issues.close(number);
  }
  return kept(open.length === 0 ? "none" : "closed", open[0]);
}

/** For a log. */
export function issueNote({ label }: Pick<IssueReport, "label">, { action, url }: KeptIssue): string {
  if (action === "none" || url === undefined) return `There is no open ${label} issue, and none is needed.`;
  return `${label.charAt(0).toUpperCase()}${label.slice(1)} issue ${action}: ${url}`;
}

async function tell(
  issues: IssueTracker,
  report: IssueReport,
  open: Issue | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<KeptIssue> {
  const { title, texts } = report;
  const seen = `Seen${seenBy(environment)}. This issue is updated by ${texts.kept}.`;
  const body = withoutSecrets(`${report.body}\n\n${seen}`);
  const text = { title: withoutSecrets(title), body, fingerprint: fingerprintOf(report) };
  if (open === undefined) return kept("opened", await issues.open(report, text));
  await issues.change(open.number, report, text);
  if (open.fingerprint !== text.fingerprint) await issues.comment(open.number, withoutSecrets(texts.changed));
  return kept("updated", open);
}

/** Sets an output for the later steps of this workflow or pipeline: the result was reported. */
function markTold({ GITHUB_OUTPUT: file, TF_BUILD }: NodeJS.ProcessEnv): void {
  if (file) appendFileSync(file, "told=true\n");
  if (TF_BUILD === "True") process.stderr.write("##vso[task.setvariable variable=told]true\n");
}

const kept = (action: KeptIssue["action"], one: Issue | undefined): KeptIssue =>
  one === undefined ? { action } : { action, number: one.number, url: one.url };

export const isKnown = ({ state }: Reported): boolean => state !== "unknown";

/** The reason and the fixes may have other words each time. */
function fingerprintOf({ findings }: IssueReport): string {
  const known = findings.filter(isKnown).map((one) => JSON.stringify({ ...one, why: undefined, fixes: undefined }));
  return createHash("sha256").update(known.sort().join("\n")).digest("hex").slice(0, 16);
}
