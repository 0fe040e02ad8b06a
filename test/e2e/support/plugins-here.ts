/**
 * The stand-in plugins, at work in the test's own process. What the engine starts is a shell that passes its environment on, prints the port it
 * gets for that, and stays until the engine ends it: two processes of Node.js less a run, a fifth of its processor time. A plugin still has one
 * process of the engine's, the environment that it was started with, and one session.
 */
import { readdir, rename, writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { engineHome } from "../../../tools/embedded-cloud/engine/engine-environment";
import { shellQuote } from "../../../tools/embedded-cloud/engine/shell-exports";
import { startBuiltPlugin } from "../../../tools/embedded-cloud/testing/built-plugins";
import { parentOf } from "../../../tools/embedded-cloud/testing/processes";
import { nameAndValue, textUpTo } from "../../support/stand-in/program";

/** Milliseconds between two checks whether the engine still runs, as in a plugin's own process. */
const parentCheckInterval = 500;

/**
 * Puts the shells in place of the plugins of an engine's home. A run whose plugins would trust other certificates or have another clock than this
 * process (SSL_CERT_FILE, NODE_OPTIONS) starts the plugins themselves.
 */
export async function servePluginsHere(workDirectory: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const port = await portOfHost();
  const folder = join(engineHome(workDirectory), "plugins");
  for (const name of await readdir(folder)) {
    const [, plugin = ""] = /^resource-(.+)-v/u.exec(name) ?? [];
    const file = join(folder, name, `pulumi-resource-${plugin}`);
    const itself = `${file}-process`;
    await rename(file, itself);
    await writeFile(file, shell(plugin, port, itself, environment), { mode: 0o755 });
  }
}

function shell(plugin: string, port: number, itself: string, environment: NodeJS.ProcessEnv): string {
  const same = ["SSL_CERT_FILE", "NODE_OPTIONS"].map(
    (name) => `[ "\${${name}-}" = ${shellQuote(environment[name] ?? "")} ]`,
  );
  return `#!/bin/bash
if ${same.join(" && ")} && exec 3<>/dev/tcp/127.0.0.1/${port}; then
  printf '%s\\0' ${plugin} $$ >&3
  cat /proc/self/environ >&3
  printf '\\0' >&3
  read -r port <&3 && echo "$port" && exec cat <&3
fi 2>/dev/null
exec ${shellQuote(itself)} "$@"
`;
}

let host: Promise<number> | undefined;

/** One for all stacks of a test file. It does not keep the process from ending. */
function portOfHost(): Promise<number> {
  host ??= new Promise((resolve, reject) => {
    const server: Server = createServer((socket) => {
      void serve(socket).catch((error: unknown) => socket.destroy(error as Error));
    });
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      server.unref();
      resolve((server.address() as { port: number }).port);
    });
  });
  return host;
}

async function serve(socket: Socket): Promise<void> {
  socket.on("error", () => socket.destroy());
  const [name = "", shellId = "", ...variables] = (await textUpTo("\0\0", socket)).split("\0");
  const running = await startBuiltPlugin(name, {
    environment: Object.fromEntries(variables.map(nameAndValue)),
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  });
  const engine = parentOf(Number(shellId));
  const orphaned = setInterval(() => {
    if (parentOf(Number(shellId)) !== engine && running.calls.open === 0) socket.destroy();
  }, parentCheckInterval).unref();
  // Read on, so that its end is noticed.
  socket.resume().once("close", () => {
    clearInterval(orphaned);
    running.stop();
  });
  if (socket.destroyed) running.stop();
  else socket.write(`${running.port}\n`);
}
