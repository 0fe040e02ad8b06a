/** Limits of every request, in this project's own code and in the vendors' clients. */
import { sentence } from "../errors/failure";
import { HttpFailure } from "./http-failure";

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
  /** Bytes of a response. 500 customers are half a megabyte; the services used here send nothing larger. */
  body: 10_000_000,
};

/** Limits a list that names the same page again. @returns a function to call for each page; it throws HttpFailure */
export function countPages(origin: string, service?: string): () => void {
  let count = 0;
  return () => {
    if (++count <= limits.pages) return;
    const happened = `answers more than ${limits.pages} pages of a list, or the same ones without an end`;
    throw new HttpFailure("too-large", origin, { happened, fix: checkAddress }, service);
  };
}

export const checkAddress = sentence("Check the address, and the proxy (HTTPS_PROXY, NO_PROXY).");
