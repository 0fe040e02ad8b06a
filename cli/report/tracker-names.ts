/** Where reports can be kept. Loads nothing: `--help` needs it, too. */
export const trackers = ["github", "azure-devops"] as const;

export type TrackerName = (typeof trackers)[number];
