/** A server that misbehaves: one path for each kind of misbehaviour, the same for every client. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { serverCertificate } from "../../tools/embedded-cloud/testing/emulator";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface HostileServer {
  origin: string;
  caFile: string;
  /** Methods and paths, in the order they came. */
  arrived: string[];
  /** The same with the token, the type and the text of what came. */
  whole: string[];
  /** The next responses; the last one is repeated. */
  answers(...answers: Answer[]): void;
  close(): Promise<void>;
}

export async function startHostileServer(): Promise<HostileServer> {
  const directory = mkdtempSync(join(tmpdir(), "hostile-"));
  const { caFile, certificate, key } = await serverCertificate(directory);
  const [arrived, whole]: [string[], string[]] = [[], []];
  let left: Answer[] = [];
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const { method, url, headers } = request;
    arrived.push(`${method} ${url}`);
    void text(request).then((body) => {
      whole.push([method, url, headers.authorization, headers["content-type"], body].filter(Boolean).join(" "));
      const answer = left.length > 1 ? left.shift() : left[0];
      answer?.(response, request);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caFile,
    arrived,
    whole,
    answers: (...answers) => {
      arrived.length = whole.length = 0;
      left = answers;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true });
    },
  };
}

const json = { "Content-Type": "application/json" };

export const answering =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { ...json, ...headers }).end(body);

/** Accepts the request and never responds. */
export const silent: Answer = () => undefined;

/** A byte now and then, without an end. */
export const dripping: Answer = (response) => {
  response.writeHead(200, json);
  const timer = setInterval(() => response.write(" "), 20);
  response.once("close", () => {
    clearInterval(timer);
  });
};

/** Ends in the middle of the body. */
export const cut: Answer = (response) => {
  response.writeHead(200, { ...json, "Content-Length": "1000" }).write('{"a":');
  setTimeout(() => response.socket?.destroy(), 5);
};

/** The same in a compressed body, for whose end the vendor's client would wait forever. */
export const cutInGzip: Answer = (response, request) => {
  const asked = request.headers["accept-encoding"] !== undefined;
  response.writeHead(200, { ...json, ...(asked ? { "Content-Encoding": "gzip" } : {}), "Content-Length": "1000" });
  response.write(Buffer.from("1f8b0800000000000003", "hex"));
  setTimeout(() => response.socket?.destroy(), 5);
};

/** JSON without an end. */
export const endless: Answer = (response) => {
  response.writeHead(200, json).write('{"value":"');
  const more = "x".repeat(100_000);
  const write = () => {
    while (!response.destroyed && response.write(more));
  };
  response.on("drain", write);
  write();
};
