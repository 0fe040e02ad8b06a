/** Limits the number of a list's pages: a page may name itself as the next one. */
import { sentence } from "../errors/failure";
import { HttpFailure } from "./http-failure";
import { limits } from "./limits";

/** @returns a function to call for each requested page @throws HttpFailure when there are too many */
export function countPages(origin: string, service?: string): () => void {
  let count = 0;
  return () => {
    if (++count <= limits.pages) return;
    const happened = `answers more than ${limits.pages} pages of a list, or the same ones without an end`;
    const fix = sentence("Check the address, and the proxy (HTTPS_PROXY, NO_PROXY).");
    throw new HttpFailure("too-large", origin, { happened, fix }, service);
  };
}
