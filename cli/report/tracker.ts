/** The trackers, and what reports need of one. Loads little, because `--help` needs it, too. */
import { again, run } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import type { Subject } from "./seen";

export const trackers = ["github", "azure-devops"] as const;

export type TrackerName = (typeof trackers)[number];

/** The right that the job's token needs, and what the requests keep. */
export interface Purpose {
  permission: string;
  kept: "issue" | "comment";
}

export const forIssues: Purpose = { permission: "issues: write", kept: "issue" };
export const forComments: Purpose = { permission: "pull-requests: write", kept: "comment" };
export const forJobs: Purpose = { permission: "actions: read", kept: "issue" };

export interface Issue {
  number: number;
  url: string;
  /** Of the findings in its text; undefined if somebody changed it. */
  fingerprint: string | undefined;
}

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
  change(number: number, subject: Subject, text: IssueText): Promise<unknown>;
  /** @param text Markdown */
  comment(number: number, text: string): Promise<unknown>;
  close(number: number): Promise<unknown>;
}

export interface PullRequest {
  /** Our own comment that begins like this: nobody else's is mistaken for it. */
  find(beginning: string): Promise<WrittenComment | undefined>;
  /** @param text Markdown */
  write(text: string): Promise<WrittenComment>;
  rewrite(path: string, text: string): Promise<unknown>;
}

export interface WrittenComment {
  /** Its path in the tracker's API. */
  path: string;
  url: string;
}

/** @param reportTo the option's value @throws UsageError for one that there is not */
export function trackerNamed(reportTo: string | undefined): TrackerName | undefined {
  const name = trackers.find((one) => one === reportTo);
  if (name !== undefined || reportTo === undefined) return name;
  throw new UsageError(
    `There is no issue tracker "${reportTo}" to report to.`,
    run("Name one that there is", again("--report-to", trackers[0])),
  );
}
