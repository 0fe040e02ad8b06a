/** From process start to the emulator's first answer, and its memory after everything a demo asks of it. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import type { Stage } from "./stage";

/** A block of ports nobody else here takes. The system gives none of it to clients: one that asks the port it was given answers itself. */
const port = 26_400;

/** @returns milliseconds */
export async function firstAnswer({ repository, workDirectory }: Stage): Promise<number> {
  const since = performance.now();
  const main = join(repository, "embedded-cloud", "bin", "emulator", "main.js");
  const words = ["--port", String(port), "--directory", join(workDirectory, "started")];
  const child = spawn(process.execPath, [main, ...words], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const deadline = performance.now() + 10_000;
  while (!(await answers())) if (performance.now() > deadline) break;
  const milliseconds = performance.now() - since;
  child.kill("SIGTERM");
  await ended;
  if (milliseconds > 10_000) throw new Error("The emulator did not answer within 10 s.");
  return milliseconds;
}

/** The certificate is the emulator's own and changes nothing in what is measured. */
function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const url = `https://127.0.0.1:${port}/metadata/endpoints?api-version=2022-09-01`;
    const request = get(url, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once("error", () => setTimeout(resolve, 2, false));
  });
}

/** The most memory a process has had, in megabytes; undefined where /proc does not tell. */
export function peakMegabytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
