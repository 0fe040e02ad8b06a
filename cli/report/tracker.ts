/** Where reports are kept: GitHub, or Azure DevOps. */
import { again, run } from "../../errors/failure";
import { UsageError } from "../exit-code";
import { AzureDevOps } from "./azure-devops";
import { GitHub } from "./github";
import type { Purpose } from "./purpose";
import type { Subject } from "./seen";
import { type TrackerName, trackers } from "./tracker-names";

/** An open issue, or work item. */
export interface Issue {
  number: number;
  url: string;
  /** Of the findings that its text shows; undefined where somebody changed it. */
  fingerprint: string | undefined;
}

/** What an issue says. */
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

/** The comments of the pull request that a run is about. */
export interface PullRequest {
  /** Ours about a subject: nobody else's is ever taken for it. */
  find(subject: Subject): Promise<WrittenComment | undefined>;
  /** @param body Markdown */
  write(subject: Subject, body: string): Promise<WrittenComment>;
  rewrite(comment: WrittenComment, subject: Subject, body: string): Promise<void>;
}

export interface WrittenComment {
  /** What it is found by in its tracker's API. */
  path: string;
  url: string;
}

/**
 * @param reportTo as it was asked for
 * @returns undefined where it was not
 * @throws UsageError now, not after the minutes that a look can take
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
