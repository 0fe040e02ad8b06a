/** Findings as rows of text. */
import type { Finding } from "./findings";
import type { Value } from "./values";

export type Row = Readonly<Record<"resource" | "property" | "declared" | "live", string>>;

export function rowsOf(findings: readonly Finding[]): Row[] {
  return findings.map(({ resource, property, declared, live }) => ({
    resource,
    property: property === "" ? "(the resource)" : property,
    declared: valueText(declared, "(not declared)"),
    live: valueText(live, "(not there)"),
  }));
}

/** One line: what is in the cloud may hold anything, control characters of terminals included. */
function valueText(value: Value | undefined, absent: string): string {
  if (value === undefined) return absent;
  return plain(value).replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/gu, " ");
}

function plain(value: Value): string {
  if (Array.isArray(value)) return value.map(plain).join(", ");
  if (typeof value !== "object") return String(value);
  return Object.entries(value as Readonly<Record<string, Value>>)
    .map(([key, each]) => `${key}: ${plain(each)}`)
    .join(", ");
}
