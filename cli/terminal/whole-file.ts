/** Writes files that a command line names. Reports name accounts, so only the owner can read a new one, and no link is followed. */
import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
import { chmod, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { again, type Code, command, Failure, run, sentence, setVariable } from "../../lib/errors/failure";
import { UsageError } from "./exit-code";

const ownerAlone = 0o600;

/** Called before any other work. @param option that names the file @throws UsageError */
export function requirePlace(option: string, file: string): void {
  const problem = problemOf(file);
  if (problem !== undefined) throw new UsageError(`${option} ${problem}.`, run("Name one", again(option, "<file>")));
  const folder = dirname(file);
  if (statOf(folder)?.isDirectory()) return;
  throw new UsageError(
    `${option} ${file}: there is no folder ${folder}.`,
    run("Make the folder", ...missingIn(folder).map((one) => command("mkdir", one))),
  );
}

/** The reason why no file can be written there; undefined: none. */
function problemOf(file: string): string | undefined {
  try {
    if (isLink(file)) return `${file} is a link, which is not followed`;
    const there = statOf(file);
    if (there !== undefined) return there.isFile() ? undefined : `${file} is not a file`;
    // Newer Node.js reports a path below a file as missing.
    return isBelowFile(dirname(file)) ? `${file} cannot be a file (ENOTDIR)` : undefined;
  } catch (error) {
    return `${file} cannot be a file (${codeOf(error)})`;
  }
}

/** Writes all or nothing. @param what text, and name in errors @throws Failure: the old file stays */
export async function writeWhole(file: string, what: { name: string; text: string; code: Code }): Promise<void> {
  const partial = join(dirname(file), `.secure-app-model.${randomBytes(6).toString("hex")}.part`);
  const there = lstatSync(file, { throwIfNoEntry: false });
  const mode = there !== undefined && isOwn(there) ? there.mode & 0o777 : ownerAlone;
  try {
    await writeFile(partial, what.text, { flag: "wx", mode: ownerAlone });
    await chmod(partial, mode);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw new Failure(
      what.code,
      `${what.name} could not be written to ${file} (${codeOf(error)}).`,
      sentence("Free space there, or let the folder's owner give this account the right to write to it."),
    );
  }
}

/** Opens a new file that only its owner can read; an existing one is removed. @throws the system's error */
export function openNew(file: string): number {
  rmSync(file, { force: true });
  return openSync(file, "wx", ownerAlone);
}

/** Appends to this user's file, or makes it. @throws the system's error; Error if it is not one */
export function appendOwn(file: string, text: string, { flush = false } = {}): void {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
  // O_NONBLOCK: a pipe without a reader does not block. Windows lacks two of these flags: undefined counts as 0.
  const descriptor = openSync(file, O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_WRONLY, ownerAlone);
  try {
    if (!isOwn(fstatSync(descriptor))) throw new Error("it is no file of this user's");
    appendFileSync(descriptor, text, { flush });
  } finally {
    closeSync(descriptor);
  }
}

/** Makes an empty folder that only its owner can read. @throws UsageError */
export async function temporaryFolder(within = tmpdir()): Promise<string> {
  return await mkdtemp(join(within, "secure-app-model-")).catch((error: unknown) => {
    const variable = process.platform === "win32" ? "TEMP" : "TMPDIR";
    throw new UsageError(
      `No folder can be made in ${within} (${codeOf(error)}).`,
      run("Name another place for temporary files", setVariable(variable, "<folder>")),
    );
  });
}

/** @param use gets the file's path: its folder is gone when it ends */
export async function withTextFile<T>(name: string, text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder();
  const file = join(folder, name);
  try {
    await writeFile(file, text, { mode: ownerAlone });
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isBelowFile(folder: string): boolean {
  const there = statOf(folder);
  const parent = dirname(folder);
  return there === undefined ? parent !== folder && isBelowFile(parent) : !there.isDirectory();
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "unknown";

/** A file with a second hard link may be somebody else's as well. */
const isOwn = (there: Stats): boolean =>
  there.isFile() && there.nlink === 1 && there.uid === (process.getuid?.() ?? there.uid);

/** Whether a path is a symbolic link: anybody may have pointed it at a file of their choice. */
export const isLink = (path: string): boolean =>
  lstatSync(resolve(path), { throwIfNoEntry: false })?.isSymbolicLink() === true;

const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

function missingIn(folder: string): string[] {
  const parent = dirname(folder);
  return statOf(folder) !== undefined || parent === folder ? [] : [...missingIn(parent), folder];
}
