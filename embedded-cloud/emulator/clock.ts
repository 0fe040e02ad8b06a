import type { Clock } from "./context";

/** The machine's clock plus the time that tests have advanced it by. */
export function createClock(): Clock {
  let advanced = 0;
  return {
    now: () => Date.now() + advanced,
    advance: (milliseconds) => {
      advanced += milliseconds;
    },
    reset: () => {
      advanced = 0;
    },
  };
}
