/**
 * The stand-in plugins, at work in the test's own process. What the engine starts is a shell that passes its environment on, prints the port it
 * gets for that, and stays until the engine ends it: two processes of Node.js less a run, a fifth of its processor time. A plugin still has one
 * process of the engine's, the environment that it was started with, and one session.
 */
import { readdir, rename, writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type * as AzureNative from "../../../embedded-cloud/providers/azure-native/plugin";
import type * as Azuread from "../../../embedded-cloud/providers/azuread/plugin";
import type { Surroundings } from "../../../embedded-cloud/providers/base/cloud";
import type * as Serve from "../../../embedded-cloud/providers/base/serve";
import { engineHome } from "../../../embedded-cloud/engine/engine-environment";
import { shellQuote } from "../../../embedded-cloud/engine/shell-exports";
import { parentOf } from "../../support/processes";
import { nameAndValue, textUpTo } from "../../support/stand-in/program";
import { repository } from "./dev-configuration";

/** Milliseconds between two checks whether the engine still runs, as in a plugin's own process. */
const parentCheckInterval = 500;

/** Node's own, not jest's: what is loaded is kept for all files of a worker. */
const { createRequire } = process.getBuiltinModule("node:module");
const built = createRequire(join(repository, "embedded-cloud", "bin", "providers", "base", "serve.js"));

const plugins: Readonly<Record<string, (surroundings: Surroundings) => Promise<Serve.RunningPlugin>>> = {
  azuread: (surroundings) => startBuilt((built("../azuread/plugin") as typeof Azuread).azureadPlugin(surroundings)),
  "azure-native": (surroundings) =>
    startBuilt((built("../azure-native/plugin") as typeof AzureNative).azureNativePlugin(surroundings)),
};

const startBuilt: typeof Serve.start = (plugin) => (built("./serve") as typeof Serve).start(plugin);

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
  const running = await plugins[name]?.({
    environment: Object.fromEntries(variables.map(nameAndValue)),
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
  });
  if (running === undefined) throw new Error(`There is no plugin ${name}.`);
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
