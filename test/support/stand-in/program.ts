/** A program on PATH whose calls a function in this process answers: one that no machine of the tests has, or one that costs less here. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { on } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface StandIn {
  folder: string;
  close: () => Promise<void>;
}

export interface Called {
  argv: string[];
  cwd: string;
  environment: NodeJS.ProcessEnv;
  /** Whether both streams of its output are the same file. */
  isOneStream: boolean;
  input: () => Promise<string>;
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

type Answer = (called: Called) => Promise<Ended>;

export async function standInFor(name: string, answer: Answer): Promise<StandIn> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const { port, close } = await answerCalls(name, answer);
  await writeFile(join(folder, name), `#!/bin/sh\nexec ${passedTo(port)} "$@"\n`, { mode: 0o755 });
  return {
    folder,
    close: async () => {
      close();
      await rm(folder, { recursive: true });
    },
  };
}

export const passedTo = (port: number): string => `bash '${join(__dirname, "client.bash")}' ${port}`;

/** Answers what is passed to a port of loopback. It does not keep the process from ending. */
export async function answerCalls(name: string, answer: Answer): Promise<{ port: number; close: () => void }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket)).on("error", () => socket.destroy());
    void serve(socket, async (called) => {
      try {
        return await answer(called);
      } catch (error) {
        return { code: 1, stdout: "", stderr: `${name}: ${String(error)}\n` };
      }
    });
  }).unref();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

async function serve(socket: Socket, answer: Answer): Promise<void> {
  const [streams, cwd = "", count = "0", ...words] = (await textUpTo("\0\0", socket)).split("\0");
  const variables = words.splice(Number(count));
  const { code, stdout, stderr } = await answer({
    argv: words.map((word) => word.slice(1)),
    cwd,
    environment: Object.fromEntries(variables.map(nameAndValue)),
    isOneStream: streams === "one",
    input: async () => {
      socket.write("input\n");
      return Buffer.from(await textUpTo("\n", socket), "base64").toString();
    },
  });
  socket.end(`end ${code} ${Buffer.byteLength(stdout)} ${Buffer.byteLength(stderr)}\n${stdout}${stderr}`);
}

/** What is sent, without its end. @throws Error if the sender goes away before */
export async function textUpTo(end: string, socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const [chunk] of on(socket, "data", { close: ["close"] }) as AsyncIterable<[Buffer]>) {
    chunks.push(chunk);
    const text = Buffer.concat(chunks.slice(-2)).subarray(-end.length).toString();
    if (text === end) return Buffer.concat(chunks).toString().slice(0, -end.length);
  }
  throw new Error("The caller ended before it had sent what it needs.");
}

export const nameAndValue = (variable: string): [string, string] => {
  const end = variable.indexOf("=");
  return [variable.slice(0, end), variable.slice(end + 1)];
};
