import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { ServerCertificate } from "./certificate";

/** Responds to one request. */
export type Answer = (request: Request, bindings: HttpBindings) => Response | Promise<Response>;

export interface Listener {
  /** `https://127.0.0.1:<port>` */
  origin: string;
  close(): Promise<void>;
}

/** The port of a listener is in use. */
export class PortTakenError extends Error {
  constructor(
    readonly port: number,
    readonly service: string,
  ) {
    super(
      `port ${port} on 127.0.0.1, wanted for ${service}, is taken by another process. ` +
        `Stop that process, choose another block with --port <number>, or let the system choose with --port 0.`,
    );
  }
}

/** Milliseconds: Azure keeps idle connections for minutes; a client may reuse one after Node's 5 seconds. */
const keepAliveTimeout = 240_000;

/** Listens on 127.0.0.1 over TLS. @param port 0: any free one @throws PortTakenError */
export async function listen(
  port: number,
  service: string,
  { certificate, key }: ServerCertificate,
  answer: Answer,
): Promise<Listener> {
  const handle = getRequestListener((request, bindings) => onlyLoopback(request, bindings as HttpBindings, answer), {
    // The emulator also runs inside test processes, whose global Request and Response it must not replace.
    overrideGlobalObjects: false,
  });
  const server = createServer(
    { cert: certificate, key, ALPNProtocols: ["http/1.1"], keepAliveTimeout },
    (incoming, outgoing) => {
      void handle(incoming, outgoing);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new PortTakenError(port, service) : error);
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** A web page whose own name resolves to 127.0.0.1 must not reach the cloud through somebody's browser. */
function onlyLoopback(request: Request, bindings: HttpBindings, answer: Answer): Response | Promise<Response> {
  const host = new URL(request.url).hostname;
  if (host === "127.0.0.1" || host === "localhost") return answer(request, bindings);
  return new Response(`The embedded cloud answers to 127.0.0.1 and localhost, not to ${host}.\n`, { status: 421 });
}
