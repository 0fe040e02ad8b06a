/** A drift report as GitHub's Markdown, for a job's summary, and the issue of it. */
import { ownCommand } from "../../lib/errors/failure";
import type { IssueReport } from "../report/issue";
import { code, table } from "../report/markdown";
import { belowTable, count, type Form, type Report, rowsOf } from "./report";

const orDeclare = ". Or, if it is meant to stay, declare it in the program and merge.";
const form: Form = { quoted: code, bullet: "- ", stop: "", orDeclare };

export function markdownReport(report: Report): string {
  const { stack, drift } = report;
  const drifted = [
    `Stack ${code(stack)} is no longer as declared:`,
    table(["resource", "property", "declared", "live"], rowsOf(drift), ownCommand("drift", "--stack", stack)),
  ];
  const above = drift.length === 0 ? [`Stack ${code(stack)} has not drifted.`] : drifted;
  return [...above, ...belowTable(report, form)].join("\n\n");
}

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
