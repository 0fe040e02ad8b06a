/** Values compared as sets: providers answer lists in their own order, and azuread's own diff names the wrong entry of a list. */

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
  /** Whether the live value becomes the default of a property that nothing declares. */
  adopted?: true;
}

/** @param isNamed whether the engine's own diff names that path: secrets cannot be compared here */
export function differences(
  property: string,
  declared: unknown,
  live: unknown,
  isNamed: (property: string) => boolean,
): Difference[] {
  if (isUnknown(declared)) return [{ property, declared: undefined, live: shown(live), pending: true }];
  const secrets = [declared, live].filter(isSecret).length;
  if (secrets === 2) return isNamed(property) ? [scalar(property, declared, live)] : [];
  if (secrets === 0 && isRecord(declared) && isRecord(live)) {
    const keys = new Set([...entriesOf(declared), ...entriesOf(live)].map(([key]) => key));
    return [...keys].flatMap((key) => differences(`${property}.${key}`, declared[key], live[key], isNamed));
  }
  if (Array.isArray(declared) && Array.isArray(live)) {
    // One difference an entry: what is declared and missing, then what is there and not declared.
    const isHidden = holdsSecret([declared, live]);
    const missing = without(declared, live).map((entry) => scalar(property, entry, undefined, isHidden));
    const added = without(live, declared).map((entry) => scalar(property, undefined, entry, isHidden));
    return [...missing, ...added];
  }
  return canonical(declared) === canonical(live) ? [] : [scalar(property, declared, live)];
}

/** What one side calls a secret is none to be shown of the other. */
function scalar(property: string, declared: unknown, live: unknown, isHidden = holdsSecret([declared, live])) {
  const seen = (value: unknown) => (isHidden && shown(value) !== undefined ? secretText : shown(value));
  return { property, declared: seen(declared), live: live === "" ? undefined : seen(live), pending: false };
}

function without(entries: readonly unknown[], others: readonly unknown[]): unknown[] {
  const left = others.map(canonical);
  return entries.filter((entry) => {
    const found = left.indexOf(canonical(entry));
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
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

/** What is shown of a value: never a secret. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

export const secretText = "[secret]";

/** The engine's value that stands for what is known only after something else was made. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine's mark on values that are more than their JSON, and its value for a secret. */
const mark = "4dabf18193072939515e22adb298388d";

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isUnknown = (value: unknown): boolean => value === unknown;

export const isSecret = (value: unknown): boolean => value === secretText || (isRecord(value) && mark in value);

/** Whether there is a secret anywhere in it. */
const holdsSecret = (value: unknown): boolean =>
  isSecret(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsSecret));

/** Without the engine's and the bridge's own members, which begin with two underscores. */
export function entriesOf(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).filter(([key]) => !key.startsWith("__"));
}

/** The value as it may be seen; undefined for none. */
export function shown(value: unknown): Value | undefined {
  if (value === undefined || value === null || isUnknown(value)) return undefined;
  if (isSecret(value)) return secretText;
  if (Array.isArray(value)) return value.map((entry) => shown(entry) ?? "");
  if (!isRecord(value)) return typeof value === "object" ? undefined : (value as string | number | boolean);
  const entries = entriesOf(value).map(([key, each]) => [key, shown(each)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined));
}
