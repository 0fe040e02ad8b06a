/** A drift report for a terminal or a log. */
import { pulumi, run } from "../../errors/fix";
import { harmlessLine } from "../../errors/harmless";
import { fixText } from "../../errors/text";
import type { Value } from "./differences";
import type { Finding, Findings } from "./findings";

export interface Report extends Findings {
  stack: string;
}

/** Columns of the terminal, and whether it shows bold. */
export interface Screen {
  columns: number;
  bold: boolean;
}

export type Row = Readonly<Record<"resource" | "property" | "declared" | "live", string>>;

/** Findings as rows of text. */
export function rowsOf(findings: readonly Finding[]): Row[] {
  return findings.map(({ resource, property, declared, live }) => ({
    resource,
    property: property === "" ? "(the resource)" : property,
    declared: valueText(declared, "(not declared)"),
    live: valueText(live, "(not there)"),
  }));
}

/** One line, whatever the cloud holds. */
const valueText = (value: Value | null, absent: string): string =>
  value === null ? absent : harmlessLine(plain(value));

function plain(value: Value): string {
  if (Array.isArray(value)) return value.map(plain).join(", ");
  if (typeof value !== "object") return String(value);
  return Object.entries(value as Readonly<Record<string, Value>>)
    .map(([key, each]) => `${key}: ${plain(each)}`)
    .join(", ");
}

const titles: Row = { resource: "RESOURCE", property: "PROPERTY", declared: "DECLARED", live: "LIVE" };
const columns = ["resource", "property", "declared", "live"] as const;

/** @param screen undefined: none, such as a log */
export function textReport(report: Report, screen: Screen | undefined): string {
  const { stack, drift, consequences, unreadable } = report;
  const rows = rowsOf(drift);
  const blind = unreadable.map((line) => `Could not look: ${line}`);
  if (rows.length === 0) return [`Stack ${stack} has not drifted.`, ...blind].join("\n");
  const line = alignedLine([titles, ...rows]);
  const table = [emphasized(line(titles), screen), ...rows.map(line)];
  const fits = screen === undefined || [titles, ...rows].every((row) => line(row).length <= screen.columns);
  const shownTable = fits ? table : rows.flatMap((row) => block(row, screen));
  return [
    `Stack ${stack} has drifted: ${count(rows.length)}.`,
    "",
    ...shownTable,
    "",
    ...(consequences.length === 0 ? [] : [`Follows when that is repaired: ${consequences.join(", ")}.`]),
    ...blind,
    fixText(run("Put it back", pulumi("up", "--refresh", "--stack", stack))),
  ].join("\n");
}

export const count = (number: number): string => (number === 1 ? "1 difference" : `${number} differences`);

/** How a row is written among these, each column as wide as its widest. */
function alignedLine(rows: readonly Row[]): (row: Row) => string {
  const widths = columns.map((column) => [column, Math.max(...rows.map((row) => row[column].length))] as const);
  return (row) =>
    widths
      .map(([column, width]) => row[column].padEnd(width))
      .join("  ")
      .trimEnd();
}

/** A table that is wider than the terminal would wrap into something nobody can read. */
function block({ resource, property, declared, live }: Row, screen: Screen | undefined): string[] {
  return [emphasized(resource, screen), `  ${property}`, `    declared  ${declared}`, `    live      ${live}`];
}

const emphasized = (text: string, screen: Screen | undefined): string =>
  screen?.bold ? `\u001B[1m${text}\u001B[22m` : text;
