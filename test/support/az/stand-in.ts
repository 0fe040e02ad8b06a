/**
 * `az` on PATH, in place of the Azure CLI, which no machine of the tests has: it takes the lines that the real one takes (table.json), and does
 * over REST what that does. test/soak/real-az.test.ts runs the printed lines with the real one, where it is there.
 */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Emulator } from "../../../embedded-cloud/emulator/emulator";
import { type Identity, runAz } from "./commands";

export interface AzStandIn {
  /** To go first on PATH. */
  folder: string;
  close: () => Promise<void>;
}

/** @param identity who is signed in, asked anew for each line @param emulator likewise */
export async function startAz(emulator: () => Emulator, identity: () => Identity): Promise<AzStandIn> {
  const folder = await mkdtemp(join(tmpdir(), "az-"));
  const socketPath = join(folder, "socket");
  const server = createServer((request, response) => {
    void text(request)
      .then((argv) => runAz(emulator(), identity(), JSON.parse(argv) as string[]))
      .catch((error: unknown) => ({ code: 1, stdout: "", stderr: `az: ${String(error)}\n` }))
      .then((ended) => response.end(JSON.stringify(ended)));
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const file = join(folder, "az");
  await writeFile(
    file,
    `#!/bin/sh\nexec '${process.execPath}' '${join(__dirname, "client.cjs")}' '${socketPath}' "$@"\n`,
  );
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
