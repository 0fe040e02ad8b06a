/** A drift report: its table and what stands below it, for a terminal or a log, and for other forms. */
import { type Command, type Fix, pulumi, run } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { commandLine, fixText } from "../../lib/errors/text";
import { type Due, dueText } from "../rotate/due";
import type { Value } from "./differences";
import type { DriftFinding, Findings } from "./findings";

export interface Report extends Findings {
  stack: string;
  /** Entries of an adopted application that the stack did not create and may not change. */
  others?: readonly DriftFinding[];
  /** Set if the rotation by the calendar is due, which is not drift. */
  due?: Due | undefined;
}

type Row = readonly [resource: string, property: string, declared: string, live: string];

export function rowsOf(findings: readonly DriftFinding[]): Row[] {
  return findings.map(({ resource, property, declared, live }) => [
    resource,
    property === "" ? "(the resource)" : property,
    valueText(declared, "(not declared)"),
    valueText(live, "(not there)"),
  ]);
}

/** One line, whatever the cloud returned. */
const valueText = (value: Value | null, absent: string): string =>
  value === null ? absent : harmlessLine(plain(value));

function plain(value: Value): string {
  if (Array.isArray(value)) return value.map(plain).join(", ");
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value as Readonly<Record<string, Value>>);
  return entries.map(([key, each]) => `${key}: ${plain(each)}`).join(", ");
}

const titles: Row = ["RESOURCE", "PROPERTY", "DECLARED", "LIVE"];

/** @param screen undefined: not a terminal, such as a log */
export function textReport(report: Report, screen: { columns: number; bold: boolean } | undefined): string {
  const { stack, drift } = report;
  const below = belowTable(report, form);
  if (drift.length === 0) return [`Stack ${stack} has not drifted.`, ...below].join("\n");
  const rows = rowsOf(drift);
  const bold = (text: string) => (screen?.bold ? `\u001B[1m${text}\u001B[22m` : text);
  const [head = "", ...lines] = aligned([titles, ...rows]);
  // A table wider than the terminal would wrap and be unreadable.
  const fits = [head, ...lines].every((line) => line.length <= (screen?.columns ?? Infinity));
  const blocks = rows.flatMap(([resource, property, declared, live]) => [
    bold(resource),
    `  ${property}`,
    `    declared  ${declared}`,
    `    live      ${live}`,
  ]);
  const table = fits ? [bold(head), ...lines] : blocks;
  return [`Stack ${stack} has drifted: ${count(drift.length)}.`, "", ...table, "", ...below].join("\n");
}

/** How a form writes text from outside, the end of a list of names, and what follows the last command. */
const form = { quoted: (text: string) => text, bullet: "  ", stop: ".", orDeclare: "" };
export type Form = typeof form;

export function belowTable(report: Report, { quoted, bullet, stop, orDeclare }: Form): string[] {
  const { stack, drift, consequences, unreadable, others = [], due } = report;
  const again = quoted(commandLine(putBack(stack)));
  const items = listed(others).map((line) => `${bullet}${quoted(line)}`);
  const follows = `These follow once that is repaired: ${consequences.map(quoted).join(", ")}${stop}`;
  return [
    ...(consequences.length === 0 ? [] : [follows]),
    ...(others.length === 0 ? [] : [besideIt, items.join("\n")]),
    ...unreadable.map((line) => `Could not look: ${quoted(line)}`),
    ...otherFixes(drift).map((one) => quoted(fixText(one))),
    ...(drift.some(isPutBack) ? [`Put it back: ${again}${orDeclare}`] : []),
    ...toDeclare(drift).map(quoted),
    ...(due === undefined ? [] : dueText(stack, due).split("\n").map(quoted)),
  ];
}

/** The heading of entries that are not the stack's, on an application that it adopted. */
const besideIt = "Not this stack's, on the adopted application; its owner decides about them:";

export const listed = (findings: readonly DriftFinding[]): string[] =>
  findings.map(({ resource, property, live }) => `${resource} ${property}: ${valueText(live, "(not there)")}`);

const isPutBack = ({ adopted, fixes = [] }: DriftFinding): boolean =>
  adopted !== true && fixes.every(({ commands }) => commands === undefined);

const putBack = (stack: string): Command => pulumi("up", "--stack", stack);

/** The fixes: each one once, with all its commands. */
export const fixesOf = ({ stack, drift }: Pick<Report, "stack" | "drift">): Fix[] => [
  ...otherFixes(drift),
  ...(drift.some(isPutBack) ? [run("Put it back", putBack(stack))] : []),
];

export function otherFixes(drift: readonly DriftFinding[]): Fix[] {
  const fixes = drift.flatMap((one) => one.fixes ?? []);
  return [...Map.groupBy(fixes, ({ text }) => text)].map(([text, all]) => {
    return { ...all[0], text, commands: all.flatMap(({ commands = [] }) => commands) };
  });
}

/** What `pulumi up` would not restore, with its fix: a sentence each. */
const toDeclare = (drift: readonly DriftFinding[]): string[] =>
  drift.flatMap(({ resource, property, live, adopted }) => {
    const left = `so pulumi up leaves it at ${valueText(live, "nothing")}`;
    const text = `The program does not declare ${property} of ${resource}, ${left}: declare it to have it put back.`;
    return adopted === true ? [text] : [];
  });

export const count = (number: number): string => (number === 1 ? "1 difference" : `${number} differences`);

function aligned(rows: readonly Row[]): string[] {
  const widths = titles.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => line(row).trimEnd());
}
