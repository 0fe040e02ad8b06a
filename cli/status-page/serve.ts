/** Serves the page on this machine's loopback address until Ctrl-C, and nothing else. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { openBrowser } from "../../consent/browser";
import { endGently } from "../interruption";
import { printNote } from "../output";

/** The page has its own policy; frames are refused because of clickjacking. */
const headers = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": "frame-ancestors 'none'",
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** Resolves at the first Ctrl-C. The address has a random part, so that other users of this machine cannot guess it. */
export async function servePage(page: string): Promise<void> {
  const path = `/${randomBytes(9).toString("base64url")}`;
  const server = createServer((request, response) => {
    const isAsked =
      request.method === "GET" && request.url === path && isOwn(request, (server.address() as AddressInfo).port);
    response.writeHead(isAsked ? 200 : 404, headers).end(isAsked ? page : "There is nothing here.\n");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const stopped = Promise.withResolvers<undefined>();
  endGently(() => {
    stopped.resolve(undefined);
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  printNote(`The page stays at ${address} until Ctrl-C.`);
  openBrowser(address);
  await stopped.promise;
  server.closeAllConnections();
  server.close();
}

/** A foreign Host header comes from another site's page whose name resolves to this machine. */
const isOwn = ({ headers: { host } }: IncomingMessage, port: number): boolean => host === `127.0.0.1:${port}`;
