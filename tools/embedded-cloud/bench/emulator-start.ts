/** From process start to the emulator's first response, and its memory after everything that a demo does. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ReadyLine } from "../embedded-cloud";
import type { Stage } from "./stage";

const limit = 10_000;

/** Uses the port of the ready line: other emulators have other ports. @returns milliseconds */
export async function firstAnswer({ repository, workDirectory }: Stage): Promise<number> {
  const since = performance.now();
  const main = join(repository, "tools", "embedded-cloud", "bin", "emulator", "main.js");
  const argv = ["--port", "0", "--directory", join(workDirectory, "started")];
  const child = spawn(process.execPath, [main, ...argv], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<undefined>((resolve) => child.once("exit", resolve));
  const timer = setTimeout(() => child.kill("SIGTERM"), limit);
  try {
    const line = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
    const [ready] = (await Promise.race([line, ended])) ?? [];
    if (ready === undefined) throw new Error(`The emulator ended, or was not ready within ${limit / 1000} s.`);
    await answer((JSON.parse(ready) as ReadyLine).url);
    return performance.now() - since;
  } finally {
    clearTimeout(timer);
    child.kill("SIGTERM");
    await ended;
  }
}

/** The certificate is the emulator's own and does not affect the measurement. */
async function answer(url: string): Promise<void> {
  const asked = get(`${url}/metadata/endpoints?api-version=2022-09-01`, { rejectUnauthorized: false, agent: false });
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  response.resume();
  if (response.statusCode !== 200) throw new Error(`The emulator answered ${response.statusCode ?? 0}.`);
}

/** A process's peak memory, in megabytes; undefined on systems without /proc. */
export function peakMegabytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
