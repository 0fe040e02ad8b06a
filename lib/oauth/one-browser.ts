/** Only the first browser may use an address in a command's arguments, because every user can read it. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

export class OneBrowser {
  readonly #cookie: string;
  #isTaken = false;

  constructor(name: string) {
    this.#cookie = `${name}=${randomBytes(24).toString("base64url")}`;
  }

  get header(): { "Set-Cookie": string } {
    return { "Set-Cookie": `${this.#cookie}; HttpOnly; SameSite=Lax; Path=/` };
  }

  /** Whether a request is of the browser that opened the address first; it may come again (a reload, a prefetch). */
  admits(request: IncomingMessage): boolean {
    if (this.#isTaken && !this.knows(request)) return false;
    this.#isTaken = true;
    return true;
  }

  knows({ headers: { cookie = "" } }: IncomingMessage): boolean {
    return cookie.split(/;\s*/u).includes(this.#cookie);
  }
}
