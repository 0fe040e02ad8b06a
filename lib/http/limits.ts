/** Limits of every request, in this project's own code and in the vendors' clients. */
export const limits = {
  /** Milliseconds of one attempt, to the last byte of its response. */
  attempt: 30_000,
  /** Milliseconds of all attempts at one request and the waits between them. */
  whole: 120_000,
  /** Milliseconds that a service may require before the next attempt (Retry-After). */
  wait: 60_000,
  /** The longest pause in milliseconds if the service names no time: pauses double up to this. */
  pause: 15_000,
  /** Milliseconds from which on a wait is printed: a shorter one needs no explanation. */
  shownWait: 3000,
  /** Milliseconds without a response after which the request is shown as a wait, with its end. */
  slow: 5000,
  /** Pages of one list. 500 customers fit on one page. */
  pages: 1000,
  /** Bytes of a response. 500 customers are half a megabyte; the services used here send nothing larger than this. */
  body: 10_000_000,
};
