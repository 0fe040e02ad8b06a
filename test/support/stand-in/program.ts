/** A program on PATH in place of one that no machine of the tests has: a separate process, whose calls a function in this process handles. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";

export interface StandIn {
  /** To go first on PATH. */
  folder: string;
  close: () => Promise<void>;
}

export interface Called {
  argv: string[];
  /** The piped input; "" if it was not read. */
  input: string;
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** @param name of the program @param answer handles a call of it */
export async function standInFor(name: string, answer: (called: Called) => Promise<Ended>): Promise<StandIn> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const socketPath = join(folder, "socket");
  const server = createServer((request, response) => {
    void (json(request) as Promise<Called>)
      .then(answer)
      .catch((error: unknown) => ({ code: 1, stdout: "", stderr: `${name}: ${String(error)}\n` }))
      .then((ended) => response.end(JSON.stringify(ended)));
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const file = join(folder, name);
  const client = join(__dirname, "client.cjs");
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${client}' '${socketPath}' "$@"\n`);
  await chmod(file, 0o755);
  return {
    folder,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
