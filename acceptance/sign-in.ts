/** A sign-in that is not the product's: an address of Entra's in a browser, and what it sends back to the loopback reply URL. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { openBrowser } from "../consent/browser";
import type { Interruption } from "./interruption";

export interface SignIn {
  /** Where the browser goes. @param redirectUri the reply URL, with the port that is listened on @param state to be sent back */
  address: (redirectUri: string, state: string) => string;
  /** What the person is to do there. */
  task: string;
  interruption: Interruption;
}

/** Milliseconds a person has. */
const deadline = 10 * 60_000;

/** @returns the parameters that came back @throws Error when nobody came back in time */
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
    throw new Error("Nobody came back from the browser.");
  });
  const stop = () => (came.reject(new Error("interrupted")), true);
  try {
    return await interruption.whileRunning({ kill: stop }, Promise.race([came.promise, late]));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
