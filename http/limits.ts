/** What every request keeps to, the project's own and those of the vendors' clients. */

export interface Limits {
  /** Milliseconds of one attempt, to the last byte of its answer. */
  attempt: number;
  /** Milliseconds of all attempts at one request and the waits between them. */
  whole: number;
  /** Milliseconds that a service may ask for before the next attempt (Retry-After). */
  wait: number;
  /** Milliseconds before the next attempt where the service names no time: what doubles ends here. */
  pause: number;
  /** Milliseconds from which on a wait is shown: nobody wonders about a shorter one. */
  shownWait: number;
  /** Bytes of an answer. 500 customers are half a megabyte; more than this is no answer of these services. */
  body: number;
}

let current: Limits = {
  attempt: 30_000,
  whole: 120_000,
  wait: 60_000,
  pause: 15_000,
  shownWait: 3000,
  body: 10_000_000,
};

export const limits = (): Limits => current;

/** For tests: other limits, until the returned function is called. */
export function useLimits(changes: Partial<Limits>): () => void {
  const before = current;
  current = { ...before, ...changes };
  return () => {
    current = before;
  };
}
