/** A drift report as GitHub's Markdown, for an issue or a job's summary. */
import { ownCommand, pulumi } from "../../lib/errors/failure";
import { commandLine, fixText } from "../../lib/errors/text";
import { code, table } from "../report/markdown";
import { dueText } from "../rotate/due";
import { besideIt, isPutBack, moveText, otherFixes, listed, type Report, rowsOf, toDeclare } from "./report";

export function markdownReport(report: Report): string {
  const { stack, drift, consequences, unreadable, others = [], due } = report;
  const told = [...moveText(report), ...(due === undefined ? [] : [dueText(stack, due)])];
  const rotation = told.flatMap((text) => text.split("\n").map(code));
  const beside =
    others.length === 0
      ? []
      : [
          besideIt,
          listed(others)
            .map((line) => `- ${code(line)}`)
            .join("\n"),
        ];
  const blind = unreadable.map((line) => `Could not look: ${code(line)}`);
  const rows = rowsOf(drift);
  if (rows.length === 0)
    return [`Stack ${code(stack)} has not drifted.`, ...beside, ...blind, ...rotation].join("\n\n");
  return [
    `Stack ${code(stack)} is no longer as declared:`,
    table(["resource", "property", "declared", "live"], rows, ownCommand("drift", "--stack", stack)),
    ...(consequences.length === 0 ? [] : [`Follows when that is repaired: ${consequences.map(code).join(", ")}`]),
    ...beside,
    ...blind,
    ...otherFixes(drift).map((fix) => code(fixText(fix))),
    ...(drift.some(isPutBack) ? [putBack(stack)] : []),
    ...toDeclare(drift).map(code),
    ...rotation,
  ].join("\n\n");
}

const putBack = (stack: string): string =>
  `Put it back: ${code(commandLine(pulumi("up", "--refresh", "--stack", stack)))}. Or, if it is meant to stay, declare it in the program and merge.`;
