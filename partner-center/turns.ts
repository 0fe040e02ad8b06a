/** Turns: who waits for one gets it in its order, up to so many within any second, and evenly. */

/** Milliseconds that turns may be late by and still be made up for at once: a busy machine wakes nobody on time. */
const madeUpFor = 100;

/**
 * A fifth faster than the second as a whole, which stays the limit: what comes late catches up.
 * @returns what waits for the next turn
 */
export function turnsOf(perSecond: number): () => Promise<void> {
  const gap = 1000 / (perSecond * 1.2);
  const waiting: (() => void)[] = [];
  /** When the last turns were, as many as a second has; the place of the oldest. */
  const last = new Float64Array(perSecond).fill(-Infinity);
  let [oldest, due, isTimed] = [0, 0, false];
  const give = () => {
    isTimed = false;
    for (let next = waiting.at(0); next !== undefined; next = waiting.at(0)) {
      const time = performance.now();
      const wait = Math.max(due, (last[oldest] ?? 0) + 1000) - time;
      if (wait > 0) {
        isTimed = true;
        setTimeout(give, Math.ceil(wait));
        return;
      }
      last[oldest] = time;
      oldest = (oldest + 1) % perSecond;
      due = Math.max(due + gap, time - madeUpFor);
      waiting.shift();
      next();
    }
  };
  return async () => {
    await new Promise<void>((resolve) => {
      // Nobody was late for what nobody waited for.
      if (waiting.length === 0) due = Math.max(due, performance.now());
      waiting.push(resolve);
      if (!isTimed) give();
    });
  };
}
