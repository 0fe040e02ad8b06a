/** What every request keeps to, the project's own and those of the vendors' clients. */
export const limits = {
  /** Milliseconds of one attempt, to the last byte of its answer. */
  attempt: 30_000,
  /** Milliseconds of all attempts at one request and the waits between them. */
  whole: 120_000,
  /** Milliseconds that a service may ask for before the next attempt (Retry-After). */
  wait: 60_000,
  /** Milliseconds before the next attempt where the service names no time: what doubles ends here. */
  pause: 15_000,
  /** Milliseconds from which on a wait is shown: nobody wonders about a shorter one. */
  shownWait: 3000,
  /** Milliseconds without an answer from which on the request is shown as a wait, with its end. */
  slow: 5000,
  /** Pages of one list. A customer has a 500th part of one. */
  pages: 1000,
  /** Bytes of an answer. 500 customers are half a megabyte; more than this is no answer of these services. */
  body: 10_000_000,
};
