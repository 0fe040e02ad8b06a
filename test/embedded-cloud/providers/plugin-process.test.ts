/** The plugins as processes: how they start and how they end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Starts a plugin under a parent that stands for the engine; the parent, and what it printed. */
async function underAnEngine(plugin: string): Promise<{ engine: ReturnType<typeof spawn>; pid: number; port: string }> {
  const script = join(__dirname, "run-plugin.cjs");
  const engine = spawn(process.execPath, [script, "engine", plugin, "127.0.0.1:1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(engine.stdout, "data")) as [Buffer];
  const [pid = "", port = ""] = line.toString().split(" ");
  return { engine, pid: Number(pid), port };
}

let plugin = 0;

afterEach(() => {
  if (plugin !== 0 && lives(plugin)) process.kill(plugin, "SIGKILL");
});

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each(["azuread", "azure-native"])(
  "%s prints its port and nothing else, and ends when a killed engine cannot tell it to",
  async (name) => {
    const { engine, pid, port } = await underAnEngine(name);
    plugin = pid;
    expect(port).toMatch(/^\d+\n$/);
    expect(lives(pid)).toBe(true);
    engine.kill("SIGKILL");
    while (lives(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  },
);
