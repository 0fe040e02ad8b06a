/** Whether a process with a recorded id is still running. */
import { readFile } from "node:fs/promises";

/**
 * The number of an ended process may have been reused; only Linux shows that without another program.
 * @param isIts whether a command line, its words each ended by a zero byte, belongs to the process
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
