/** Whether what left its process id somewhere is still running. */
import { readFile } from "node:fs/promises";

/**
 * The number of a process that ended may be another's by now; only Linux tells without asking anybody.
 * @param isIts of a command line, its words each ended by a zero byte
 */
export async function isRunning(pid: number, isIts: (commandLine: string) => boolean): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  return commandLine === undefined || isIts(commandLine);
}
