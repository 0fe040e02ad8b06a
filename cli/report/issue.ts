/** One issue about one subject: opened, updated, and closed when nothing is wrong any more. */
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { withoutSecrets } from "../../lib/errors/secrets";
import type { Reported } from "./finding";
import { gitHubIssues } from "./github-issues";
import type { TrackerName, Issue, IssueTracker } from "./tracker";
import { seenBy, type Subject } from "./seen";
import { workItems } from "./work-items";

export interface IssueReport extends Subject {
  label: Exclude<Subject["label"], "preview">;
  title: string;
  /** Markdown. */
  body: string;
  /** What is wrong. Nobody is notified of the same again; unknown ones alone do not change the issue. */
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

export interface KeptIssue extends Partial<Pick<Issue, "number" | "url">> {
  action: "opened" | "updated" | "closed" | "none";
}

/** @throws UsageError without a repository or token */
export const issuesIn = (tracker: TrackerName, environment: NodeJS.ProcessEnv): IssueTracker =>
  (tracker === "github" ? gitHubIssues : workItems)(environment);

/** @throws UsageError without a repository or token; Failure when the tracker refuses */
export async function keepIssue(
  report: IssueReport,
  environment: NodeJS.ProcessEnv,
  tracker: TrackerName = "github",
): Promise<KeptIssue> {
  const { title, body, findings, texts } = report;
  const issues = issuesIn(tracker, environment);
  const all = await issues.find(report);
  const [open] = all;
  const known = findings.filter(isKnown);
  const seen = seenBy(environment);
  if (known.length > 0) {
    const whole = `${body}\n\nSeen${seen}. This issue is updated by ${texts.kept}.`;
    const text = { title: withoutSecrets(title), body: withoutSecrets(whole), fingerprint: fingerprintOf(known) };
    const issue = open ?? (await issues.open(report, text));
    if (open !== undefined) {
      await issues.change(open.number, report, text);
      if (open.fingerprint !== text.fingerprint) await issues.comment(open.number, withoutSecrets(texts.changed));
    }
    markTold(environment);
    return kept(open === undefined ? "opened" : "updated", issue);
  }
  if (report.isWhole === false || findings.length > 0) return kept("none", open);
  for (const { number } of all) {
    await issues.comment(number, `${texts.gone}${seen}.`);
    await issues.close(number);
  }
  return kept(open === undefined ? "none" : "closed", open);
}

export function issueNote({ label }: Pick<IssueReport, "label">, { action, url }: KeptIssue): string {
  if (action === "none" || url === undefined) return `There is no open ${label} issue, and none is needed.`;
  return `${label.charAt(0).toUpperCase()}${label.slice(1)} issue ${action}: ${url}`;
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
function fingerprintOf(findings: readonly Reported[]): string {
  const lines = findings.map((one) => JSON.stringify({ ...one, why: undefined, fixes: undefined })).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}
