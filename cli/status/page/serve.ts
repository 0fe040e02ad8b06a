/** Serves the page on this machine's loopback address until Ctrl-C, and nothing else. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openBrowser } from "../../../lib/consent/browser";
import { OneBrowser } from "../../../lib/oauth/one-browser";
import { endGently } from "../../terminal/interruption";
import { printNote } from "../../terminal/output";

/** The page has its own policy; frames are refused because of clickjacking. */
const headers = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": "frame-ancestors 'none'",
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/** Like a sign-in, it has two secret addresses: one printed, and one in the process list for one browser. */
export async function servePage(page: string): Promise<void> {
  const [printed, opened] = [randomPath(), randomPath()];
  const browser = new OneBrowser("status-page");
  let host = "";
  const server = createServer((request, response) => {
    // A foreign Host header comes from another site's page whose name resolves to this machine.
    const isAsked = request.method === "GET" && request.headers.host === host;
    if (isAsked && (request.url === printed || (request.url === opened && browser.admits(request))))
      response.writeHead(200, { ...headers, ...browser.header }).end(page);
    else response.writeHead(404, headers).end("There is nothing here. Open the address that the command printed.\n");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stopped = Promise.withResolvers<undefined>();
  endGently(() => {
    stopped.resolve(undefined);
  });
  printNote(`The page stays at http://${host}${printed} until Ctrl-C.`);
  openBrowser(`http://${host}${opened}`);
  await stopped.promise;
  server.closeAllConnections();
  server.close();
}

const randomPath = (): string => `/${randomBytes(9).toString("base64url")}`;
