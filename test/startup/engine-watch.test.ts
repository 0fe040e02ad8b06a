import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { isEnding } from "../../lib/startup/engine-watch";

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

it.each([
  ["resource monitor shut down while sending resource outputs", 32, ""],
  ["failed to connect to all addresses", 0, "told\n"],
])("what an engine refuses while it ends is not told: %s", (details, status, stderr) => {
  const module = join(__dirname, "..", "..", "bin", "lib", "startup", "engine-watch.js");
  const script = `process.on("unhandledRejection", () => console.error("told"));
require(${JSON.stringify(module)}).endProgramWithEngine({ PULUMI_NODEJS_ENGINE: "none" });
Promise.reject(Object.assign(new Error("14 UNAVAILABLE"), { code: 14, details: ${JSON.stringify(details)} }));`;
  expect(spawnSync(process.execPath, ["-e", script], { encoding: "utf8" })).toMatchObject({ status, stderr });
});
