import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEnding, leftIn } from "../../startup/engine-watch";

it("tells a process that is ending from one that runs, and from one that is gone", async () => {
  // The shell becomes one that never asks for the end of its child, which stays a zombie.
  const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 100"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [child] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = child.toString().trim();
    while (!isEnding(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect([isEnding(String(parent.pid)), isEnding("0"), isEnding(undefined)]).toEqual([false, false, false]);
  } finally {
    parent.kill("SIGKILL");
  }
});

describe("what a killed engine left", () => {
  const above = mkdtempSync(join(tmpdir(), "repository-"));
  const folder = join(above, "project");
  mkdirSync(folder);
  afterAll(() => {
    rmSync(above, { recursive: true });
  });

  const plugin = "/x/resource-azure-native-v3.28.0/pulumi-resource-azure-native";
  /** With the command line of a dynamic provider, or of a plugin. */
  const started = (engine: string, program = "/x/cmd/dynamic-provider/index.js") => {
    const argv = ["-e", "setInterval(() => {}, 1e6); console.log()", program, engine];
    return spawn(process.execPath, argv, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  };

  it("is found from the project's folder, from one below and from one above, if no engine answers", async () => {
    const engine = createServer().listen(0, "127.0.0.1");
    await once(engine, "listening");
    const port = (engine.address() as AddressInfo).port;
    const [idle, busy] = [started("127.0.0.1:1"), started("127.0.0.1:1", plugin)];
    const used = [started(`127.0.0.1:${port}`), started(`127.0.0.1:${port}`, plugin)];
    try {
      await Promise.all([idle, busy, ...used].map(async ({ stdout }) => once(stdout, "data")));
      const found = async (withPlugins?: boolean) => {
        const folders = [folder, join(folder, "below"), above, `${folder}2`];
        const all = await Promise.all(folders.map(async (one) => await leftIn(one, withPlugins)));
        return all.map((pids) => pids.toSorted((a, b) => a - b));
      };
      const left = [idle.pid, busy.pid].map(Number).toSorted((a, b) => a - b);
      expect(await found(true)).toEqual([left, left, left, []]);
      // A plugin ends by itself, and keeps nobody waiting meanwhile.
      expect(await found()).toEqual([[idle.pid], [idle.pid], [idle.pid], []]);
    } finally {
      for (const child of [idle, busy, ...used]) child.kill("SIGKILL");
      engine.close();
    }
  });
});
