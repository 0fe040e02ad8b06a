import { spawn } from "node:child_process";
import { once } from "node:events";
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
