/** `__meta`: time limits and schema version that the real plugin reads back from state. */

const minuteInNanoseconds = 60_000_000_000;
/** Key of the time limits in that text. */
const timeoutsKey = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0";

/** @param minutes limits of the operations. */
export function meta(
  minutes: { create: number; delete: number; read: number; update?: number },
  schemaVersion?: string,
): string {
  const limits = Object.entries(minutes).map(([operation, limit]) => [operation, limit * minuteInNanoseconds]);
  return JSON.stringify({
    [timeoutsKey]: Object.fromEntries(limits) as Record<string, number>,
    ...(schemaVersion === undefined ? {} : { schema_version: schemaVersion }),
  });
}
