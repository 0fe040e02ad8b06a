/** Determines which element of a set of objects corresponds to which one after a refresh. */
import { isDeepStrictEqual } from "node:util";
import type { Values } from "../base/values";

/**
 * Pairs by similarity, the most similar first, each element once; a tie goes to the earlier old one, then
 * to the earlier live one. In the order of the old ones; elements without a partner are left out.
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

/** One for each common key, three for equal values; the mark counts, so state of `up` is never all equal. */
function likeness(old: Values, live: Values): number {
  return Object.keys(old)
    .filter((key) => key in live)
    .reduce((score, key) => score + (isDeepStrictEqual(old[key], live[key]) ? 3 : 1), 0);
}
