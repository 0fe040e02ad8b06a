/** The current time. A lint rule forbids any other reading of the clock, so that a test can set it. */

let ask = (): number => Date.now();

export const now = (): number => ask();

/** For tests: replaces the system's clock until the returned function is called. */
export function useClock(clock: () => number): () => void {
  const before = ask;
  ask = clock;
  return () => {
    ask = before;
  };
}
