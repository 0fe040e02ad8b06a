/** What every report of another command may hold: fixes, and a failure in place of what was asked for. */
import type { Step } from "../../../lib/errors/markup";
import type { Part } from "./part";
import type { FailedCommand, ReportedFix } from "./report-shapes";

export const isFailed = (report: object): report is FailedCommand => "error" in report;

/** Another run's fix. Its text has the commands behind a colon, as `fixText` writes them. */
export function reportedStep({ text: all, commands }: ReportedFix): Step {
  const lines = [...new Set(commands.map(({ line }) => line))];
  const behind = `: ${lines.join(", then ")}`;
  return lines.length > 0 && all.endsWith(behind)
    ? { text: all.slice(0, -behind.length), lines }
    : { text: all, lines: [] };
}

/** A command that failed has found nothing, and prints why. */
export function failedPart(title: string, { error }: FailedCommand): Part {
  const { what, why, fixes } = error;
  const said = [what, why].filter((words) => words !== "").map((words) => ({ text: words }));
  return {
    facts: [{ severity: "unknown", text: title }],
    actions: [{ severity: "unknown", title, said, more: 0, steps: fixes.map(reportedStep) }],
    sections: [],
  };
}
