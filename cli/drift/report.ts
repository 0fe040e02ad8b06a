/** A drift report for a terminal or a log. */
import { moveOf } from "../../lib/azure/key-vault";
import { type Fix, pulumi, run } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { fixText } from "../../lib/errors/text";
import { type Due, dueText } from "../rotate/due";
import type { Value } from "./differences";
import type { DriftFinding, Findings } from "./findings";

export interface Report extends Findings {
  stack: string;
  /** Set if the rotation by the calendar is due, which is not drift. */
  due?: Due | undefined;
}

/** The reported part of a finding, which may come from another run. */
export interface Told extends Pick<DriftFinding, "resource" | "property" | "declared" | "live"> {
  adopted?: true | undefined;
}

/** Columns of the terminal, and whether it supports bold. */
export interface Screen {
  columns: number;
  bold: boolean;
}

export type Row = readonly [resource: string, property: string, declared: string, live: string];

/** Findings as rows of text. */
export function rowsOf(findings: readonly Told[]): Row[] {
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
export function textReport(report: Report, screen: Screen | undefined): string {
  const { stack, drift, consequences, unreadable, others = [], due } = report;
  const rotation = [...moveText(report), ...(due === undefined ? [] : [dueText(stack, due)])];
  const rows = rowsOf(drift);
  const beside = others.length === 0 ? [] : [besideIt, ...listed(others).map((line) => `  ${line}`)];
  const blind = unreadable.map((line) => `Could not look: ${line}`);
  if (rows.length === 0) return [`Stack ${stack} has not drifted.`, ...beside, ...blind, ...rotation].join("\n");
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
  return [
    `Stack ${stack} has drifted: ${count(rows.length)}.`,
    "",
    ...(fits ? [bold(head), ...lines] : blocks),
    "",
    ...(consequences.length === 0 ? [] : [`Follows when that is repaired: ${consequences.join(", ")}.`]),
    ...beside,
    ...blind,
    ...fixesOf(report).map((fix) => fixText(fix)),
    ...toDeclare(drift),
    ...rotation,
  ].join("\n");
}

/** The move of the stack, if it takes one: a sentence and its fix. */
export function moveText({ stack, isFormer }: Pick<Report, "stack" | "isFormer">): string[] {
  if (isFormer !== true) return [];
  const { what, fix } = moveOf(stack);
  return [[what, fixText(fix)].join("\n")];
}

/** The heading of entries that are not the stack's, on an application that it adopted. */
export const besideIt =
  "Not this stack's, on the application that it adopted; its owner decides whether that is right:";

/** A line each, for what is not declared. */
export const listed = (findings: readonly Told[]): string[] =>
  findings.map(({ resource, property, live }) => `${resource} ${property}: ${valueText(live, "(not there)")}`);

/** Whether `pulumi up --refresh` repairs it. */
export const isPutBack = ({ adopted, fixes = [] }: DriftFinding): boolean => adopted !== true && fixes.length === 0;

/** The fixes: each one once, with all its commands. */
export const fixesOf = ({ stack, drift }: Pick<Report, "stack" | "drift">): Fix[] => [
  ...otherFixes(drift),
  ...(drift.some(isPutBack) ? [run("Put it back", pulumi("up", "--refresh", "--stack", stack))] : []),
];

/** The fixes of what `pulumi up --refresh` does not repair. */
export function otherFixes(drift: readonly DriftFinding[]): Fix[] {
  const byText = new Map<string, Fix>();
  for (const fix of drift.flatMap(({ fixes = [] }) => fixes)) {
    const { commands = [] } = byText.get(fix.text) ?? {};
    byText.set(fix.text, { ...fix, commands: [...commands, ...(fix.commands ?? [])] });
  }
  return [...byText.values()];
}

const isAdopted = ({ adopted }: Told): boolean => adopted === true;

/** What `pulumi up --refresh` would not restore, with its fix: a sentence each. */
export const toDeclare = (drift: readonly Told[]): string[] =>
  drift
    .filter(isAdopted)
    .map(
      ({ resource, property, live }) =>
        `The program does not declare ${property} of ${resource}, so pulumi up --refresh leaves it at ${valueText(live, "nothing")}: ` +
        "declare it to have it put back.",
    );

export const count = (number: number): string => (number === 1 ? "1 difference" : `${number} differences`);

/** One line for each row, each column as wide as its widest cell. */
function aligned(rows: readonly Row[]): string[] {
  const widths = titles.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => line(row).trimEnd());
}
