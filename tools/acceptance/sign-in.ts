/** A sign-in without the product: in a browser, with a reply URL on loopback. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { openBrowser } from "../../lib/consent/browser";
import type { Interruption } from "./interruption";

export interface SignIn {
  /** The address for the browser. @param redirectUri with the listener's port @param state is sent back */
  address: (redirectUri: string, state: string) => string;
  /** The instruction for the person. */
  task: string;
  interruption: Interruption;
}

/** Milliseconds for the person. */
const deadline = 10 * 60_000;

/** @returns the parameters from the browser @throws Error when the browser did not return in time */
export async function answerInBrowser({ address, task, interruption }: SignIn): Promise<URLSearchParams> {
  const state = randomUUID();
  const came = Promise.withResolvers<URLSearchParams>();
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://localhost");
    response.setHeader("Referrer-Policy", "no-referrer").end("Received. You can close this window.");
    if (searchParams.get("state") === state) came.resolve(searchParams);
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const url = address(`http://localhost:${(server.address() as AddressInfo).port}/consent`, state);
  process.stderr.write(`${task}\nThe address, where no browser opens: ${url}\n`);
  openBrowser(url);
  const late = sleep(deadline, undefined, { ref: false }).then(() => {
    throw new Error("The browser did not come back.");
  });
  const stop = () => (came.reject(new Error("interrupted")), true);
  try {
    return await interruption.whileRunning({ kill: stop }, Promise.race([came.promise, late]));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
