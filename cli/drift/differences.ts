/** Compares values as sets: providers reorder lists, and azuread's own diff names a list's wrong entry. */
import { specialKey, unknownValue } from "../engine/special-values";

export interface Difference {
  /** Path of the property, such as web.redirectUris. */
  property: string;
  declared: Value | undefined;
  live: Value | undefined;
  /** Whether the declared value is known only after another repair. */
  pending: boolean;
  /** Whether the live value becomes the default of a property that is not declared. */
  adopted?: true;
}

/** @param isNamed whether the engine's own diff names that path: secrets cannot be compared here */
export function differences(
  property: string,
  declared: unknown,
  live: unknown,
  isNamed: (property: string) => boolean,
): Difference[] {
  if (isUnknown(declared)) return [{ ...difference(property, undefined, live), pending: true }];
  const secrets = [declared, live].filter(isSecret).length;
  if (secrets === 2) return isNamed(property) ? [scalar(property, declared, live)] : [];
  if (secrets === 0 && isRecord(declared) && isRecord(live)) {
    const keys = new Set([...entriesOf(declared), ...entriesOf(live)].map(([key]) => key));
    return [...keys].flatMap((key) => differences(`${property}.${key}`, declared[key], live[key], isNamed));
  }
  if (Array.isArray(declared) && Array.isArray(live)) {
    // One difference for each entry: the missing ones, then those that are not declared.
    const isHidden = holdsSecret([declared, live]);
    const missing = without(declared, live).map((entry) => scalar(property, entry, undefined, isHidden));
    const added = without(live, declared).map((entry) => scalar(property, undefined, entry, isHidden));
    return [...missing, ...added];
  }
  return canonical(declared) === canonical(live) ? [] : [scalar(property, declared, live)];
}

/** @param declared undefined: not declared @param live undefined: does not exist */
export const difference = (property: string, declared: unknown, live: unknown): Difference => ({
  ...{ property, declared: shown(declared), live: shown(live), pending: false },
});

/** If one side marks a value as secret, the other side's must not be shown either. */
function scalar(property: string, declared: unknown, live: unknown, isHidden = holdsSecret([declared, live])) {
  const seen = (value: unknown) => (isHidden && shown(value) !== undefined ? secretText : value);
  return difference(property, seen(declared), live === "" ? undefined : seen(live));
}

function without(entries: readonly unknown[], others: readonly unknown[]): unknown[] {
  const left = others.map(canonical);
  return entries.filter((entry) => {
    const index = left.indexOf(canonical(entry));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** Equal for equivalent values: empty is absent, lists are sets, the engine's own marks are ignored. */
function canonical(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (Array.isArray(value)) return value.length === 0 ? "" : `[${value.map(canonical).sort().join()}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = entriesOf(value).map(([key, each]) => [key, canonical(each)] as const);
  const kept = entries.filter(([, text]) => text !== "").sort(([a], [b]) => (a < b ? -1 : 1));
  return kept.length === 0 ? "" : `{${kept.map(([key, text]) => `${key}:${text}`).join()}}`;
}

/** The printed form of a value: never a secret. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

export const secretText = "[secret]";

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isUnknown = (value: unknown): boolean => value === unknownValue;

export const isSecret = (value: unknown): boolean => value === secretText || (isRecord(value) && specialKey in value);

const holdsSecret = (value: unknown): boolean =>
  isSecret(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsSecret));

/** Without the engine's and the bridge's own members, which begin with two underscores. */
export function entriesOf(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).filter(([key]) => !key.startsWith("__"));
}

/** The value in a form that may be shown; undefined for none. */
function shown(value: unknown): Value | undefined {
  if (value === undefined || value === null || isUnknown(value)) return undefined;
  if (isSecret(value)) return secretText;
  if (Array.isArray(value)) return value.map((entry) => shown(entry) ?? "");
  if (!isRecord(value)) return typeof value === "object" ? undefined : (value as string | number | boolean);
  const entries = entriesOf(value).map(([key, each]) => [key, shown(each)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

export const idsIn = (owners: unknown): string[] =>
  Array.isArray(owners) ? owners.filter((id) => typeof id === "string") : [];
