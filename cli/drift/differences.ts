/**
 * Declared and live values, compared as sets: providers answer lists in an order of their own, and the azuread plugin's own diff names
 * the wrong entry of a list.
 */
import { entriesOf, isRecord, isSecret, isUnknown, shown, type Value } from "./values";

/** One thing that is not as declared. */
export interface Difference {
  /** Path of the property, such as web.redirectUris. */
  property: string;
  /** Undefined: not declared. */
  declared: Value | undefined;
  /** Undefined: not there. */
  live: Value | undefined;
  /** Whether the declared value is known only once something else has been repaired. */
  pending: boolean;
}

/**
 * @param isNamed whether the engine's own diff names that path: secrets cannot be compared here
 * @returns nothing when both are the same to whoever reads them
 */
export function differences(
  property: string,
  declared: unknown,
  live: unknown,
  isNamed: (property: string) => boolean,
): Difference[] {
  if (isUnknown(declared)) return [{ property, declared: undefined, live: shown(live), pending: true }];
  if (isSecret(declared) && isSecret(live)) return isNamed(property) ? [scalar(property, declared, live)] : [];
  if (isRecord(declared) && isRecord(live)) {
    const keys = new Set([...entriesOf(declared), ...entriesOf(live)].map(([key]) => key));
    return [...keys].flatMap((key) => differences(`${property}.${key}`, declared[key], live[key], isNamed));
  }
  if (Array.isArray(declared) && Array.isArray(live)) return setDifferences(property, declared, live);
  return same(declared, live) ? [] : [scalar(property, declared, live)];
}

function scalar(property: string, declared: unknown, live: unknown): Difference {
  return { property, declared: shown(declared), live: shown(live), pending: false };
}

/** One difference an entry: what is declared and missing, then what is there and not declared. */
function setDifferences(property: string, declared: unknown[], live: unknown[]): Difference[] {
  const missing = without(declared, live).map((entry) => scalar(property, entry, undefined));
  const added = without(live, declared).map((entry) => scalar(property, undefined, entry));
  return [...missing, ...added];
}

function without(entries: readonly unknown[], others: readonly unknown[]): unknown[] {
  const left = others.map(canonical);
  return entries.filter((entry) => {
    const found = left.indexOf(canonical(entry));
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
}

function same(declared: unknown, live: unknown): boolean {
  return canonical(declared) === canonical(live);
}

/** A text that is the same for values that mean the same: empty is absent, lists are sets, the engine's own marks do not count. */
function canonical(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (Array.isArray(value)) return value.length === 0 ? "" : `[${value.map(canonical).sort().join()}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = entriesOf(value).map(([key, each]) => [key, canonical(each)] as const);
  const kept = entries.filter(([, text]) => text !== "").sort(([a], [b]) => (a < b ? -1 : 1));
  return kept.length === 0 ? "" : `{${kept.map(([key, text]) => `${key}:${text}`).join()}}`;
}
