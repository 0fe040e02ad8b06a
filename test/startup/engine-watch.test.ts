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

const refused = "resource monitor shut down while sending resource outputs";

function endedBy(details: string, environment: object, listens: boolean) {
  const module = join(__dirname, "..", "..", "bin", "lib", "startup", "engine-watch.js");
  const script = `${listens ? 'process.on("unhandledRejection", () => console.error("told"));' : ""}
require(${JSON.stringify(module)}).endProgramWithEngine(${JSON.stringify(environment)});
Promise.reject(Object.assign(new Error("14 UNAVAILABLE"), { code: 14, details: ${JSON.stringify(details)} }));`;
  return spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
}

it.each([
  [refused, 32, ""],
  ["failed to connect to all addresses", 0, "told\n"],
])("what an engine refuses while it ends is not told: %s", (details, status, stderr) => {
  expect(endedBy(details, { PULUMI_NODEJS_ENGINE: "none" }, true)).toMatchObject({ status, stderr });
});

it("without an engine a rejection that nobody handles ends the process, as Node.js does", () => {
  const { status, stderr } = endedBy(refused, {}, false);
  expect([status, stderr]).toEqual([1, expect.stringContaining("14 UNAVAILABLE")]);
});
