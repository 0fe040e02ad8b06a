/** The result of a drift check, in the form of all reports. */
import { ownCommand } from "../../lib/errors/failure";
import type { Reported } from "../report/finding";
import type { Look, Subject } from "../report/look";
import { code, table } from "../report/markdown";
import type { DriftFinding } from "./findings";
import { belowTable, count, type Form, type Report, rowsOf } from "./report";

const orDeclare = ". Or, if it is meant to stay, declare it in the program and merge.";
const form: Form = { quoted: code, bullet: "- ", stop: "", orDeclare };

export const subjectOf = (stack: string): Subject => ({
  ...{ label: "drift", of: "stack", name: stack },
  title: `Drift of stack ${stack}`,
});

export function lookOf(report: Report): Look {
  const { stack, drift, unreadable } = report;
  const rows = table(
    ["resource", "property", "declared", "live"],
    rowsOf(drift),
    ownCommand("drift", "--stack", stack),
  );
  const above = drift.length === 0 ? `Stack ${code(stack)} has not drifted.` : rows;
  return {
    ...subjectOf(stack),
    first: drift.length === 0 ? "none" : count(drift.length),
    body: [above, ...belowTable(report, form)].join("\n\n"),
    findings: [...drift.map(reported), ...unreadable.map((what) => ({ state: "unknown" as const, about: [], what }))],
  };
}

function reported(finding: DriftFinding): Reported {
  const { state, fixes, resource, urn, property, declared, live } = finding;
  const [[, ...about] = []] = rowsOf([finding]);
  const [named = "", from = "", to = ""] = about;
  const key = [urn, property, JSON.stringify([declared, live])];
  return { state, fixes, about: [resource, named], what: `declared ${from}, live ${to}`, key };
}
