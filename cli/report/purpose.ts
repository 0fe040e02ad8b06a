/** The supported trackers, and what they are asked for. Loads little, because `--help` needs it, too. */
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
