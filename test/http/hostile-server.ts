/** A server that misbehaves as it is told: one path for each way, the same for every client that asks. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverCertificate } from "../../embedded-cloud/emulator/certificate";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface HostileServer {
  origin: string;
  caFile: string;
  /** Methods and paths, in the order they came. */
  arrived: string[];
  /** The answers to come; the last one stays. */
  answers(...answers: Answer[]): void;
  close(): Promise<void>;
}

export async function startHostileServer(): Promise<HostileServer> {
  const directory = mkdtempSync(join(tmpdir(), "hostile-"));
  const { caFile, certificate, key } = await serverCertificate(directory);
  const arrived: string[] = [];
  let left: Answer[] = [];
  const server = createServer({ cert: certificate, key }, (request, response) => {
    arrived.push(`${request.method} ${request.url}`);
    request.resume();
    const answer = left.length > 1 ? left.shift() : left[0];
    answer?.(response, request);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caFile,
    arrived,
    answers: (...answers) => {
      arrived.length = 0;
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

/** Takes the request and says nothing. */
export const silent: Answer = () => undefined;

/** A byte now and then, and no end. */
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

/** The same inside compression, which the vendor's client would wait for without end. */
export const cutInGzip: Answer = (response, request) => {
  const asked = request.headers["accept-encoding"] !== undefined;
  response.writeHead(200, { ...json, ...(asked ? { "Content-Encoding": "gzip" } : {}), "Content-Length": "1000" });
  response.write(Buffer.from("1f8b0800000000000003", "hex"));
  setTimeout(() => response.socket?.destroy(), 5);
};

/** JSON as long as it takes. */
export const endless: Answer = (response) => {
  response.writeHead(200, json).write('{"value":"');
  const more = "x".repeat(100_000);
  const write = () => {
    while (!response.destroyed && response.write(more));
  };
  response.on("drain", write);
  write();
};
