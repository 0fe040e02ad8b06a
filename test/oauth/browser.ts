/** A browser as seen by a sign-in's listener: it keeps the cookie, and follows no redirect by itself. */
import { once } from "node:events";
import { type OutgoingHttpHeaders, request } from "node:http";
import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import type { Outcome } from "../../lib/oauth/pages";
import type { RedirectListener } from "../../lib/oauth/redirect-listener";

export interface Page {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Visit {
  headers?: OutgoingHttpHeaders;
  /** The address that localhost resolves to in this browser. */
  host?: string;
  method?: string;
}

export class Browser {
  cookie = "";

  /** @param address the listener's, e.g. http://localhost:8400 */
  constructor(readonly address: string) {}

  /** The response to one request, unchanged. */
  async open(path: string, { headers = {}, host = "127.0.0.1", method = "GET" }: Visit = {}): Promise<Page> {
    const { host: named, port } = new URL(this.address);
    const own = { Host: named, ...(this.cookie === "" ? {} : { Cookie: this.cookie }), ...headers };
    const sent = request({ host, port, path, method, headers: own });
    sent.end();
    const [response] = (await once(sent, "response")) as [
      AsyncIterable<Buffer> & { statusCode: number; headers: Page["headers"] },
    ];
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part);
    const cookie = response.headers["set-cookie"]?.[0];
    if (cookie !== undefined) this.cookie = cookie.split(";", 1)[0] ?? "";
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString("utf8") };
  }
}

/** The loopback addresses of this machine. */
export const loopbacks = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"))
  ? ["127.0.0.1", "::1"]
  : ["127.0.0.1"];

/** Occupies a port, like another program; 0 for a free one. */
export async function holdPort(host: string, wanted = 0): Promise<{ port: number; release: () => Promise<void> }> {
  const server: Server = createServer();
  server.listen(wanted, host);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    port,
    release: async () => {
      await once(server.close(), "close");
    },
  };
}

/** Closes a listener whose wait for a browser ends at once. @returns how long it would have been, in milliseconds */
export async function closeAtOnce(listener: RedirectListener, outcome: Outcome): Promise<unknown[]> {
  const wait = jest.spyOn(globalThis, "setTimeout").mockImplementation((done) => {
    done();
    return { unref: () => undefined } as unknown as NodeJS.Timeout;
  });
  try {
    await listener.close(outcome);
    return wait.mock.calls.map(([, milliseconds]) => milliseconds);
  } finally {
    wait.mockRestore();
  }
}
