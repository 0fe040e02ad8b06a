/** Turns: callers get them in order, evenly, and no more than a number within any second. */

/** Milliseconds of delay that later turns may make up for: on a busy machine timers are late. */
const madeUpFor = 100;

/**
 * The interval between turns is a fifth shorter than the rate requires, so that delays are made up; the limit within a second still applies.
 * @returns a function that waits for the next turn
 */
export function turnsOf(perSecond: number): () => Promise<void> {
  const gap = 1000 / (perSecond * 1.2);
  const waiting: (() => void)[] = [];
  /** The times of the last turns, as many as the rate allows in a second, and the position of the oldest. */
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
      // Without a caller waiting, there is no delay to make up.
      if (waiting.length === 0) due = Math.max(due, performance.now());
      waiting.push(resolve);
      if (!isTimed) give();
    });
  };
}
