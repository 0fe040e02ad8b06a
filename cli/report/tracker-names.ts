/** The supported trackers. Loads nothing, because `--help` needs it, too. */
export const trackers = ["github", "azure-devops"] as const;

export type TrackerName = (typeof trackers)[number];
