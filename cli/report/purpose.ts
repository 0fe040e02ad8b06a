/** What a tracker is asked for. */

/** What the job's token has to be allowed, and what it is asked for. */
export interface Purpose {
  permission: string;
  kept: "issue" | "comment";
}

export const forIssues: Purpose = { permission: "issues: write", kept: "issue" };
export const forComments: Purpose = { permission: "pull-requests: write", kept: "comment" };
export const forJobs: Purpose = { permission: "actions: read", kept: "issue" };

/** A post is never sent again unless GitHub said that it did nothing: a second post may be a second issue. */
export const keeping = { retries: 2, firstPause: 1000, repeatsPosts: false };
