/**
 * For an address of this machine that every user can read, in the arguments of the command that opens a browser: it is for the first browser
 * alone, which is recognized by a cookie.
 */
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

export class OneBrowser {
  readonly #cookie: string;
  #isTaken = false;

  /** @param name of the cookie */
  constructor(name: string) {
    this.#cookie = `${name}=${randomBytes(24).toString("base64url")}`;
  }

  /** For the answer to a browser that may go on. */
  get header(): { "Set-Cookie": string } {
    return { "Set-Cookie": `${this.#cookie}; HttpOnly; SameSite=Lax; Path=/` };
  }

  /** Whether this is the browser that opened the address first: now, or before (a reload, a prefetch). */
  admits(request: IncomingMessage): boolean {
    if (this.#isTaken && !this.knows(request)) return false;
    this.#isTaken = true;
    return true;
  }

  /** Whether a browser has the cookie. */
  knows({ headers: { cookie = "" } }: IncomingMessage): boolean {
    return cookie.split(/;\s*/u).includes(this.#cookie);
  }
}
