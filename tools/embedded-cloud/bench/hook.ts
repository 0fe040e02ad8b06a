/** Preloaded into every Node process of a measured run: records its argv, lifetime and peak memory. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env["BENCH_RECORDS"];
if (folder !== undefined) {
  const argv = [...process.argv];
  process.once("exit", () => {
    // performance.now() counts from the start of the process; maxRSS is in kilobytes.
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const cpuMilliseconds = (userCPUTime + systemCPUTime) / 1000;
    const record = { argv, milliseconds: performance.now(), cpuMilliseconds, megabytes: maxRSS / 1024 };
    writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(record));
  });
}
