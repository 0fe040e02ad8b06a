/** One issue about one subject: opened, updated, and closed when nothing is wrong any more. */
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import * as v from "valibot";
import { withoutSecrets } from "../../lib/errors/secrets";
import type { Reported } from "./finding";
import { GitHub } from "./github";
import { marker, seenBy, type Subject } from "./seen";

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

interface Issue {
  number: number;
  url: string;
  /** Of the findings in its text; undefined if somebody changed it. */
  fingerprint: string | undefined;
}

interface IssueText {
  title: string;
  /** Markdown. */
  body: string;
  fingerprint: string;
}

/** @throws UsageError without a repository or token */
export const gitHubForIssues = (environment: NodeJS.ProcessEnv): GitHub => new GitHub(environment, "issues: write");

/** @throws UsageError without a repository or token; Failure when GitHub refuses */
export async function keepIssue(report: IssueReport, environment: NodeJS.ProcessEnv): Promise<KeptIssue> {
  const { title, body, findings, texts } = report;
  const issues = issuesOf(gitHubForIssues(environment));
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

const answered = v.object({
  number: v.number(),
  html_url: v.string(),
  body: v.nullish(v.string()),
  user: v.nullish(v.object({ type: v.string() })),
  pull_request: v.optional(v.looseObject({})),
});

function issuesOf(gitHub: GitHub) {
  const patch = async (number: number, changes: object) =>
    await gitHub.ask("PATCH", `/issues/${number}`, v.unknown(), changes);
  return {
    /** The open ones about a subject, oldest first. */
    find: async (subject: Subject) => {
      const query = `state=open&labels=${subject.label}&sort=created&direction=asc`;
      const all = await gitHub.list(`/issues?${query}`, v.array(answered), (page) => page);
      const isOurs = ({ pull_request, user, body }: v.InferOutput<typeof answered>) =>
        !pull_request && user?.type === "Bot" && body?.startsWith(`${marker(subject)}, `);
      return all.filter(isOurs).map(found);
    },
    open: async (subject: Subject, text: IssueText) => {
      const content = { ...contentOf(subject, text), labels: [subject.label] };
      return found(await gitHub.ask("POST", "/issues", answered, content));
    },
    change: async (number: number, subject: Subject, text: IssueText) => await patch(number, contentOf(subject, text)),
    comment: async (number: number, body: string) =>
      await gitHub.ask("POST", `/issues/${number}/comments`, v.looseObject({}), { body }),
    close: async (number: number) => await patch(number, { state: "closed", state_reason: "completed" }),
  };
}

const contentOf = (subject: Subject, { title, body, fingerprint }: IssueText) => ({
  title,
  body: `${marker(subject)}, findings ${fingerprint} -->\n\n${body}`,
});

const found = ({ number, html_url: url, body }: v.InferOutput<typeof answered>): Issue => ({
  number,
  url,
  fingerprint: /^<!-- .*, findings ([0-9a-f]{16}) -->/u.exec(body ?? "")?.[1],
});

/** Sets an output for the later steps of this workflow: the result was reported. */
function markTold({ GITHUB_OUTPUT: file }: NodeJS.ProcessEnv): void {
  if (file) appendFileSync(file, "told=true\n");
}

const kept = (action: KeptIssue["action"], one: Issue | undefined): KeptIssue =>
  one === undefined ? { action } : { action, number: one.number, url: one.url };

export const isKnown = ({ state }: Reported): boolean => state !== "unknown";

/** The reason and the fixes may have other words each time. */
function fingerprintOf(findings: readonly Reported[]): string {
  const lines = findings.map((one) => JSON.stringify({ ...one, why: undefined, fixes: undefined })).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}
