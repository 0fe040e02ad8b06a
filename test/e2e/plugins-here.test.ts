/** Where the stand-in plugins work while tests run (support/plugins-here.ts): for the engine each is still a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { engineHome } from "../../tools/embedded-cloud/engine/engine-environment";
import { isListening } from "./support/kill";
import { Project } from "./support/project";

let project: Project;
const started: ChildProcess[] = [];

beforeAll(async () => {
  project = await Project.start({ made: false });
});
afterAll(async () => {
  for (const child of started) child.kill();
  await project.close();
});

/** As the engine starts a plugin, which then prints its port. */
async function start(
  plugin: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ child: ChildProcess; port: number }> {
  const plugins = join(engineHome(project.folder), "plugins");
  const folder = (await readdir(plugins)).find((name) => name.startsWith(`resource-${plugin}-v`)) ?? "";
  const env = { ...project.environment, ...environment };
  const child = spawn(join(plugins, folder, `pulumi-resource-${plugin}`), ["127.0.0.1:1"], { env });
  started.push(child);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { child, port: Number(line.toString()) };
}

const commandOf = ({ pid }: ChildProcess): string => readFileSync(`/proc/${pid}/cmdline`, "utf8");

test.each(["azuread", "azure-native"])(
  "%s works in this process, until the engine ends what it started",
  async (plugin) => {
    const { child, port } = await start(plugin);
    expect(await isListening(port)).toBe(true);
    // The shell becomes it once it has printed the port.
    while (commandOf(child) !== "cat\0") await pause(20);
    child.kill("SIGKILL");
    while (await isListening(port)) await pause(20);
  },
);

test.each(["SSL_CERT_FILE", "NODE_OPTIONS"])("with another %s a plugin starts itself", async (name) => {
  const { child, port } = await start("azuread", { [name]: "" });
  expect([await isListening(port), commandOf(child)]).toEqual([
    true,
    expect.stringContaining("providers/azuread/main.js"),
  ]);
});
