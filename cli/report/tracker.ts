/** What reports need of a tracker: GitHub, or Azure DevOps. */
import { again, run } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { type TrackerName, trackers } from "./purpose";
import type { Subject } from "./seen";

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
  change(number: number, subject: Subject, text: IssueText): Promise<void>;
  /** @param text Markdown */
  comment(number: number, text: string): Promise<void>;
  close(number: number): Promise<void>;
}

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

/** @param reportTo the option's value @throws UsageError for one that there is not */
export function trackerNamed(reportTo: string | undefined): TrackerName | undefined {
  const name = trackers.find((one) => one === reportTo);
  if (name !== undefined || reportTo === undefined) return name;
  throw new UsageError(
    `There is no issue tracker "${reportTo}" to report to.`,
    run("Name one that there is", again("--report-to", trackers[0])),
  );
}
