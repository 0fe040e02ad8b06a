/** Whether a process with a recorded id is still running. */
import { readFile } from "node:fs/promises";

/** A number may be in use again, as Linux shows. @param isIts checks a command line with NUL between words */
export async function isRunning(pid: number, isIts: (commandLine: string) => boolean): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  return commandLine === undefined || isIts(commandLine);
}
