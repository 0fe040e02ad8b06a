/**
 * Where the page is written: all of it or nothing, in the place of the one before.
 *
 * A new file is readable by its owner alone (0600): the page holds no secret, but says who may be signed in as and what is about to fail. One that is
 * there keeps its mode, which somebody may have given it for a web server.
 */
import { type Stats, statSync } from "node:fs";
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { again, command, Failure, run, sentence } from "../../errors/failure";
import { UsageError } from "../exit-code";

const ownerAlone = 0o600;

/** @throws UsageError where the page could not be written: before anything is looked at */
export function requirePlace(file: string): void {
  const folder = dirname(file);
  if (!statOf(folder)?.isDirectory()) {
    throw new UsageError(
      `--html ${file}: there is no folder ${folder}.`,
      run("Make the folder", ...missingIn(folder).map((one) => command("mkdir", one))),
    );
  }
  const there = statOf(file);
  if (there !== undefined && !there.isFile())
    throw new UsageError(`--html ${file} is no file.`, run("Name one", again("--html", "<file>")));
}

/** @throws Failure where the system refuses; what was there still is */
export async function writePage(file: string, page: string): Promise<void> {
  const partial = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}`);
  const mode = (statOf(file)?.mode ?? ownerAlone) & 0o777;
  try {
    await writeFile(partial, page, { flag: "wx", mode: ownerAlone });
    await chmod(partial, mode);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Failure(
      "page-not-written",
      `The page could not be written to ${file} (${code}).`,
      sentence("Make room there, or have whoever owns the folder let this account write to it."),
    );
  }
}

const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

/** The folders that are not there, the outermost first. */
function missingIn(folder: string): string[] {
  const parent = dirname(folder);
  return statOf(folder) !== undefined || parent === folder ? [] : [...missingIn(parent), folder];
}
