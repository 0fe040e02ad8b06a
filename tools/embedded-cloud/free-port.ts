import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port from 10000 to 32767 that was just free on loopback, like those that follow it. Systems assign
 * higher ones, which a client of another process could get meanwhile.
 *
 * @param count how many in a row; the first is returned
 */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const first = randomInt(10_000, 32_768 - count);
    const block = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(block.map(isFree))).every(Boolean)) return first;
  }
}

/** Whether this port is free on loopback, in every address family of this machine. */
export async function isFree(port: number): Promise<boolean> {
  for (const host of ["127.0.0.1", "::1"]) {
    const server = createServer().listen(port, host);
    try {
      await once(server, "listening");
      await once(server.close(), "close");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    }
  }
  return true;
}
