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
    findings: [
      ...drift.map((one) => ({ ...one, about: [one.resource, one.property] })),
      ...unreadable.map((what) => ({ state: "unknown" as const, about: [], what })),
    ],
    texts: {
      changed: `The drift has changed: ${count(drift.length)} now.`,
      gone: "The drift is gone",
      kept: "every drift check, and closed by the first that finds no drift",
    },
  };
}
