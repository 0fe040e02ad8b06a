/** The issue of a stack that has drifted. */
import { keepIssue as keep, type KeptIssue, type Matter } from "../report/issue";
import type { TrackerName } from "../report/tracker-names";
import { markdownReport } from "./markdown";
import { count, type Report } from "./report";

/** @param report of a run that succeeded @throws UsageError without a repository or token; Failure when GitHub refuses */
export async function keepIssue(
  report: Report,
  environment: NodeJS.ProcessEnv,
  tracker?: TrackerName,
): Promise<KeptIssue> {
  return await keep(matterOf(report), environment, tracker);
}

function matterOf(report: Report): Matter {
  const { stack, drift, unreadable } = report;
  return {
    label: "drift",
    of: "stack",
    name: stack,
    title: `Stack ${stack} has drifted: ${count(drift.length)}`,
    body: markdownReport(report),
    findings: drift.map((finding) => JSON.stringify(finding, (_, value: unknown) => value ?? undefined)),
    isWhole: unreadable.length === 0,
    texts: {
      changed: `The drift has changed: ${count(drift.length)} now.`,
      gone: "The drift is gone",
      kept: "every drift check, and closed by the first that finds no drift",
    },
  };
}
