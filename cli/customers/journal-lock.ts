/**
 * One run at a time on a journal. Each first makes a file beside it, named after its process, then looks for
 * others: of two that begin at once at most one continues.
 */
import { lstat, readdir, rm, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { again, byPerson, sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { isRunning } from "../terminal/running-process";

/** @returns what releases it @throws UsageError if another run has it; the file system's error */
export async function lockJournal(path: string): Promise<() => Promise<void>> {
  const own = `${path}.${hostname()}.${process.pid}.${randomBytes(6).toString("hex")}.lock`;
  const release = () => rm(own, { force: true });
  await writeFile(own, "", { flag: "wx", mode: 0o600 });
  try {
    const begin = `${basename(path)}.`;
    for (const name of await readdir(dirname(path))) {
      const file = join(dirname(path), name);
      const [, host, pid] = /^(.+)\.(\d+)\.[\da-f]+\.lock$/u.exec(name.slice(begin.length)) ?? [];
      if (!name.startsWith(begin) || host === undefined || name === basename(own)) continue;
      const made = await lstat(file).catch(() => undefined);
      if (made !== undefined && (await isHeld(host, Number(pid))))
        throw new UsageError(
          `The journal ${path} is in use by process ${pid} on ${host}, since ${made.mtime.toISOString()}.`,
          byPerson("Wait for that run to end, then continue", again()),
          sentence(`If that process no longer exists, remove ${file}.`),
        );
      await rm(file, { force: true });
    }
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

/** Processes of another machine cannot be checked. */
const isHeld = async (host: string, pid: number): Promise<boolean> =>
  host !== hostname() || (await isRunning(pid, (commandLine) => /\0(?:customers|exec)\0/u.test(commandLine)));
