/** What time it is. Nothing else of the product asks the system for it (a lint rule holds that), so that a test can move it. */

let ask = (): number => Date.now();

/** Milliseconds since the epoch. */
export function now(): number {
  return ask();
}

/** For tests: another clock in the place of the system's, until the returned function is called. */
export function useClock(clock: () => number): () => void {
  const before = ask;
  ask = clock;
  return () => {
    ask = before;
  };
}
