/** Why a tracker is used. */

/** The right that the job's token needs, and the purpose of the request. */
export interface Purpose {
  permission: string;
  kept: "issue" | "comment";
}

export const forIssues: Purpose = { permission: "issues: write", kept: "issue" };
export const forComments: Purpose = { permission: "pull-requests: write", kept: "comment" };
export const forJobs: Purpose = { permission: "actions: read", kept: "issue" };

/** A POST is repeated only if GitHub did not process it: otherwise it might create a second issue. */
export const keeping = { retries: 2, firstPause: 1000, repeatsPosts: false };
