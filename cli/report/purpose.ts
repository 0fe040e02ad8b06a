/** The supported trackers, and what they are asked for. Loads little, because `--help` needs it, too. */
import { type Fix, sentence } from "../../lib/errors/failure";

export const trackers = ["github", "azure-devops"] as const;

export type TrackerName = (typeof trackers)[number];

/** The right that the job's token needs, and the purpose of the request. */
export interface Purpose {
  permission: string;
  kept: "issue" | "comment";
}

export const forIssues: Purpose = { permission: "issues: write", kept: "issue" };
export const forComments: Purpose = { permission: "pull-requests: write", kept: "comment" };
export const forJobs: Purpose = { permission: "actions: read", kept: "issue" };

/** Where the tracker's address gave no answer. */
export const unchanged = ({ kept }: Purpose): Fix =>
  sentence(`The ${kept} is as it was before; the next run will update it.`);

/** Where it refused, and nobody has to do anything. */
export const nextRun = ({ kept }: Purpose): Fix => sentence(`The next run will update the ${kept}.`);

/** A post is never sent again unless GitHub said that it did nothing: a second post may be a second issue. */
export const keeping = { retries: 2, firstPause: 1000, repeatsPosts: false };
