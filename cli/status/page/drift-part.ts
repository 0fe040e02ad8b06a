/** The result of `drift --json` for a stack. */
import { markup } from "../../../lib/errors/markup";
import { besideIt, count, listed, rowsOf, toDeclare } from "../../drift/report";
import { andMore, section, table } from "./elements";
import { type Action, failedPart, isFailed, type Part, shown } from "./part";
import type { DriftReport, FailedCommand } from "./report-shapes";

/** @param index of the stack, if there are several */
export function driftPart(report: DriftReport | FailedCommand, index: number): Part {
  if (isFailed(report)) return failedPart("Drift could not be looked for", report);
  const { stack, unreadable } = report;
  const found = report.findings.length;
  const text = found === 0 ? `Stack ${stack} has not drifted` : `Stack ${stack} has drifted: ${count(found)}`;
  const state = found > 0 ? "failed" : unreadable.length > 0 ? "unknown" : "ok";
  const id = found > 0 || report.others.length > 0 ? `drift-${index}` : undefined;
  return {
    facts: [{ state, text, section: id }],
    actions: actionsOf(report, text),
    sections: id === undefined ? [] : [sectionOf(report, id)],
  };
}

function actionsOf(report: DriftReport, title: string): Action[] {
  const { stack, findings, fixes, unreadable, rotationDue } = report;
  const drifted: Action = {
    state: "failed",
    title,
    said: toDeclare(findings).map((text) => ({ text })),
    more: 0,
    fixes,
  };
  const blind: Action = {
    state: "unknown",
    title: `Part of stack ${stack} could not be checked`,
    said: unreadable.slice(0, shown).map((text) => ({ text })),
    more: Math.max(0, unreadable.length - shown),
    fixes: [],
  };
  const due: Action = {
    state: rotationDue?.isOverdue ? "failed" : "warning",
    title: `The rotation of stack ${stack} is due since ${rotationDue?.since ?? ""}`,
    said: [],
    more: 0,
    fixes: rotationDue?.fix === undefined ? [] : [rotationDue.fix],
  };
  return [
    ...(findings.length > 0 ? [drifted] : []),
    ...(unreadable.length > 0 ? [blind] : []),
    ...(rotationDue === undefined ? [] : [due]),
  ];
}

/** Rows of one stack. */
const most = 50;

function sectionOf({ stack, findings, others }: DriftReport, id: string) {
  const rows = rowsOf(findings).slice(0, most);
  const beside = listed(others).slice(0, most);
  return section(
    id,
    `Drift of stack ${stack}`,
    markup`${rows.length > 0 && table(["Resource", "Property", "Declared", "Live"], rows)}${andMore(findings.length - rows.length, "secure-app-model drift names them all")}${beside.length > 0 && markup`<p>${besideIt}</p><ul>${beside.map((line) => markup`<li>${line}</li>`)}</ul>`}`,
  );
}
