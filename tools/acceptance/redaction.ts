/** A report never contains secrets, and names of people, tenants or machines only with an option. */
import type { Json } from "./check";

/** Texts that are always removed, and kinds of text that are names. */
export interface Redaction {
  secrets: ReadonlySet<string>;
  withNames: boolean;
  /** Placeholders for this tenant's own names: its domain, its account. */
  names: Readonly<Record<string, string>>;
}

/** Recognizes a token by its form, in case the code that read it did not register it. */
const tokens = [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/gu, /\b[01]\.A[\w-]{20,}(?:\.[\w-]+)*/gu, /[A-Za-z0-9+/_~.-]{60,}/gu];
const kinds: readonly [RegExp, string][] = [
  [/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu, "<account>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/giu, "<id>"],
];

export function redacted(value: Json, redaction: Redaction): Json {
  if (typeof value === "string") return redactedText(value, redaction);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((part) => redacted(part, redaction));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, redacted(part, redaction)]));
}

export function redactedText(text: string, { secrets, withNames, names }: Redaction): string {
  let shown = text;
  for (const secret of secrets) if (secret.length > 3) shown = shown.replaceAll(secret, "<secret>");
  for (const looks of tokens) shown = shown.replace(looks, "<secret>");
  if (withNames) return shown;
  for (const [name, instead] of Object.entries(names)) if (name.length > 3) shown = shown.replaceAll(name, instead);
  for (const [kind, instead] of kinds) shown = shown.replace(kind, instead);
  return shown;
}
