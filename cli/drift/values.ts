/** Property values as the engine's events carry them. */

/** What is shown of a value: never a secret. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

export const secretText = "[secret]";

/** Stands for what is known only after something else was made. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine's mark on values that are more than their JSON, and its value for a secret. */
const mark = "4dabf18193072939515e22adb298388d";

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isUnknown(value: unknown): boolean {
  return value === unknown;
}

export function isSecret(value: unknown): boolean {
  return value === secretText || (isRecord(value) && mark in value);
}

/** Whether there is a secret anywhere in it. */
export function holdsSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

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
