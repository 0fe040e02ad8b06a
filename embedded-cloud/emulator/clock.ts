import type { Clock } from "./context";

/** The machine's clock plus the time that tests have advanced it by. @param start milliseconds that it shows now; default: the machine's */
export function createClock(start = Date.now()): Clock {
  const ahead = start - Date.now();
  let advanced = 0;
  return {
    now: () => Date.now() + ahead + advanced,
    advance: (milliseconds) => {
      advanced += milliseconds;
    },
    reset: () => {
      advanced = 0;
    },
  };
}
