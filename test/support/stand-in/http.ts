/** A service on loopback, without TLS, that a function in this process answers for. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. Default: nothing. */
  body?: object | string;
}

export interface HttpStandIn {
  /** Without a slash at its end. */
  url: string;
  close: () => Promise<void>;
}

/** @param answer of a request and its body; "drop" closes the connection */
export async function serveHttp(
  answer: (request: IncomingMessage, body: string) => HttpAnswer | "drop" | Promise<HttpAnswer | "drop">,
): Promise<HttpStandIn> {
  const server = createServer((request, response) => {
    void text(request).then(async (sent) => {
      const answered = await answer(request, sent);
      if (answered === "drop") {
        request.socket.destroy();
        return;
      }
      const { status, headers, body = "" } = answered;
      const isText = typeof body === "string";
      response.writeHead(status, isText ? headers : { "content-type": "application/json", ...headers });
      response.end(isText ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
