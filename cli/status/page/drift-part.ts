/** The result of `drift --json` for a stack. */
import { type Markup, markup } from "../../../lib/errors/markup";
import { besideIt, count, listed, rowsOf, toDeclare } from "../../drift/report";
import { andMore, table } from "./elements";
import { type Action, type Part, shown } from "./part";
import type { DriftReport } from "./reports";

/** @param index of the stack, if there are several */
export function driftPart(report: DriftReport, index: number): Part {
  const { stack, findings, fixes, unreadable, others, rotationDue: due } = report;
  const hasDrifted = findings.length > 0;
  const text = hasDrifted ? `Stack ${stack} has drifted: ${count(findings.length)}` : `Stack ${stack} has not drifted`;
  const actions: Action[] = [];
  if (hasDrifted) {
    // A deployment leaves a credential that somebody added.
    const said = [
      ...toDeclare(findings),
      ...(fixes.length > 1 ? ["All of these steps are needed, in this order."] : []),
    ];
    actions.push({ state: "failed", title: text, said: said.map((one) => ({ text: one })), fixes });
  }
  if (unreadable.length > 0)
    actions.push({
      state: "unknown",
      title: `Part of stack ${stack} could not be checked`,
      said: unreadable.slice(0, shown).map((one) => ({ text: one })),
      more: Math.max(0, unreadable.length - shown),
    });
  if (due !== undefined)
    actions.push({
      state: due.isOverdue ? "failed" : "warning",
      title: `The rotation of stack ${stack} is due since ${due.since}`,
      fixes: due.fix === undefined ? [] : [due.fix],
    });
  const section = { id: `drift-${index}`, title: `Drift of stack ${stack}`, content: contentOf(report) };
  return {
    fact: { state: hasDrifted ? "failed" : unreadable.length > 0 ? "unknown" : "ok", text },
    actions,
    section: hasDrifted || others.length > 0 ? section : undefined,
  };
}

/** Rows of one stack. */
const most = 50;

function contentOf({ findings, others }: DriftReport): Markup {
  const rows = rowsOf(findings).slice(0, most);
  const beside = listed(others).slice(0, most);
  return markup`${rows.length > 0 && table(["Resource", "Property", "Declared", "Live"], rows)}${andMore(findings.length - rows.length, "secure-app-model drift names them all")}${beside.length > 0 && markup`<p>${besideIt}</p><ul>${beside.map((line) => markup`<li>${line}</li>`)}</ul>`}`;
}
