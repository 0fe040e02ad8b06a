/** The issue of a stack that has drifted. */
import type { IssueReport } from "../report/issue";
import { markdownReport } from "./markdown";
import { count, type Report } from "./report";

export function issueOf(report: Report): IssueReport {
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
