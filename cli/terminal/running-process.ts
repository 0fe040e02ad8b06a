/** Whether a process with a recorded id is still running. */
import { readFile } from "node:fs/promises";

/** An ended process's number may be used again; only Linux shows it. @param isIts whether a command line (words, each with a zero byte) is its own */
export async function isRunning(pid: number, isIts: (commandLine: string) => boolean): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  return commandLine === undefined || isIts(commandLine);
}
