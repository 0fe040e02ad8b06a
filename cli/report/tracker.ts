/** The trackers for reports: GitHub, or Azure DevOps. */
import { again, run } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { AzureDevOps } from "./azure-devops";
import { GitHub } from "./github";
import { type Purpose, type TrackerName, trackers } from "./purpose";
import type { Subject } from "./seen";

/** An open issue, or work item. */
export interface Issue {
  number: number;
  url: string;
  /** Of the findings in its text; undefined if somebody changed it. */
  fingerprint: string | undefined;
}

/** The text of an issue. */
export interface IssueText {
  title: string;
  /** Markdown. */
  body: string;
  fingerprint: string;
}

export interface IssueTracker {
  /** The open ones about a subject, oldest first. */
  find(subject: Subject): Promise<Issue[]>;
  open(subject: Subject, text: IssueText): Promise<Issue>;
  change(number: number, subject: Subject, text: IssueText): Promise<void>;
  /** @param text Markdown */
  comment(number: number, text: string): Promise<void>;
  close(number: number): Promise<void>;
}

/** The comments of the pull request that started a run. */
export interface PullRequest {
  /** Our own comment about a subject: nobody else's is mistaken for it. */
  find(subject: Subject): Promise<WrittenComment | undefined>;
  /** @param body Markdown */
  write(subject: Subject, body: string): Promise<WrittenComment>;
  rewrite(comment: WrittenComment, subject: Subject, body: string): Promise<void>;
}

export interface WrittenComment {
  /** Its path in the tracker's API. */
  path: string;
  url: string;
}

/**
 * @param reportTo the option's value
 * @returns undefined without the option
 * @throws UsageError now, not after minutes of work
 */
export function requireTracker(
  reportTo: string | undefined,
  environment: NodeJS.ProcessEnv,
  purpose: Purpose,
): TrackerName | undefined {
  if (reportTo === undefined) return undefined;
  const name = trackers.find((one) => one === reportTo);
  if (name === undefined)
    throw new UsageError(
      `There is no issue tracker "${reportTo}" to report to.`,
      run("Name one that there is", again("--report-to", trackers[0])),
    );
  if (name === "github") new GitHub(environment, purpose);
  else new AzureDevOps(environment, purpose);
  return name;
}
