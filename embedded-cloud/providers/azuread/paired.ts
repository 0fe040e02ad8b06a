/** Which element of a set of objects stands for which one after a refresh. */
import { isDeepStrictEqual } from "node:util";
import type { Values } from "../base/values";

/**
 * Pairs by likeness, the likest first, an element once; of equally like ones the earlier old, then the earlier live one. In the order of
 * the old ones; who has no partner is left out, on both sides.
 */
export function paired(olds: readonly Values[], found: readonly Values[]): [old: Values, live: Values][] {
  const candidates = olds
    .flatMap((old) => found.map((live) => ({ old, live, likeness: likeness(old, live) })))
    .sort((a, b) => b.likeness - a.likeness);
  const partners = new Map<Values, Values>();
  const taken = new Set<Values>();
  for (const { old, live } of candidates) {
    if (partners.has(old) || taken.has(live)) continue;
    partners.set(old, live);
    taken.add(live);
  }
  return olds.flatMap((old) => {
    const live = partners.get(old);
    return live === undefined ? [] : [[old, live] as [Values, Values]];
  });
}

/** One for each key that both have, two more if the values are equal: to the mark, so that state which `up` wrote is never quite like. */
function likeness(old: Values, live: Values): number {
  return Object.keys(old)
    .filter((key) => key in live)
    .reduce((score, key) => score + (isDeepStrictEqual(old[key], live[key]) ? 3 : 1), 0);
}
