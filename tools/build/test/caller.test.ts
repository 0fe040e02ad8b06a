/** The program ends with the npm that runs it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SmallRepository } from "./small-repository";

test("when npm's shell is gone, the program is told to end", async () => {
  const repository = new SmallRepository();
  repository.write(
    "tools/embedded-cloud/demo.ts",
    `process.once("SIGTERM", () => { require("node:fs").writeFileSync("ended.log", "tidied"); process.exit(0); });
     setInterval(() => {}, 1000); console.log("ready");`,
  );
  // npm passes SIGTERM to this shell, which does not pass it on.
  const shell = spawn("/bin/sh", ["-c", `"${process.execPath}" tools/build/main.mjs start; true`], {
    cwd: repository.path,
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, npm_lifecycle_event: "start" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    await once(shell.stdout, "data");
    shell.kill("SIGTERM");
    // The test's own limit ends it.
    while (repository.lines("ended.log").length === 0) await pause(50);
    expect(repository.lines("ended.log")).toEqual(["tidied"]);
  } finally {
    repository.remove();
  }
});
