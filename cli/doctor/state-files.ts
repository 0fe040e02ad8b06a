/** The files of a stack in the engine's file backend: damage by a kill or a full disk, and the lock of a running command. */
import { copyFile, readdir, readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { askEngine, type Engine } from "../engine/engine";
import { isRunning } from "../terminal/running-process";

/** A file that the engine cannot read, and the repair. */
export interface Damage {
  file: string;
  /** remove: its content does not matter. restore: the previous version is beside it. lost: neither of the two can be read. */
  remedy: "remove" | "restore" | "lost";
}

/** The lock of a run that changes the stack, or that was killed while changing it. */
export interface Lock {
  pid: number;
  host: string;
  /** ISO 8601. */
  since: string;
  isAlive: boolean;
}

export interface StateFiles {
  damages: readonly Damage[];
  locks: readonly Lock[];
}

/** @returns undefined if the state is not in a folder of this machine */
export async function findStateFiles(engine: Engine, stack: string): Promise<StateFiles | undefined> {
  const { url } = JSON.parse(await askEngine(engine, "whoami", "--json")) as { url?: string };
  if (url?.startsWith("file://") !== true) return undefined;
  const kept = join(fileURLToPath(url.replace(/^file:\/\/(?=~)/u, "file:///")), ".pulumi");
  // A stack's name may have its organization and project in front.
  const name = stack.split("/").at(-1) ?? stack;
  const project = stack.split("/").at(-2) ?? (await projectOf(engine.cwd));
  return {
    damages: await damagesOf(join(kept, "stacks", project, `${name}.json`)),
    locks: await locksIn(join(kept, "locks", "organization", project, name)),
  };
}

/** The name in Pulumi.yaml, which the engine also searches in the parent folders. */
async function projectOf(folder: string): Promise<string> {
  const text = await readFile(join(folder, "Pulumi.yaml"), "utf8").catch(() => undefined);
  if (text !== undefined) return /^name:\s*["']?([^"'\s#]+)/mu.exec(text)?.[1] ?? "";
  return dirname(folder) === folder ? "" : await projectOf(dirname(folder));
}

/** Each file has another one with its checksum, which is overwritten in place: if the engine is killed at that moment, it is empty. */
async function damagesOf(file: string): Promise<Damage[]> {
  const before = `${file}.bak`;
  const asides = [`${file}.attrs`, `${before}.attrs`];
  const torn = await Promise.all(asides.map(isTorn));
  const damages: Damage[] = asides
    .filter((_, index) => torn[index])
    .map((aside) => ({ file: aside, remedy: "remove" }));
  if (!(await isTorn(file))) return damages;
  const hasBefore = (await readJson(before)) !== undefined;
  return [...damages, { file, remedy: hasBefore ? "restore" : "lost" }];
}

/** @returns what was done, in a sentence; undefined: nothing @throws if the disk is still full */
export async function repair({ file, remedy }: Damage): Promise<string | undefined> {
  if (remedy === "lost" || !(await isTorn(file))) return undefined;
  if (remedy === "remove") {
    await rm(file);
    return `Removed ${file}, which held half a document.`;
  }
  await copyFile(`${file}.bak`, `${file}.restored`);
  await rename(`${file}.restored`, file);
  await rm(`${file}.attrs`, { force: true });
  return `Put ${file}.bak in the place of ${file}.`;
}

/** Whether it exists but is not a complete JSON document. */
async function isTorn(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text !== undefined && parsed(text) === undefined;
}

const readJson = async (file: string): Promise<unknown> => parsed(await readFile(file, "utf8").catch(() => ""));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** In the engine's format. */
interface LockFile {
  pid: number;
  hostname: string;
  timestamp: string;
}

/** Each file counts for the engine, also one that a kill left under the temporary name that it was written with; none is a lock's attributes. */
async function locksIn(folder: string): Promise<Lock[]> {
  const files = await readdir(folder).catch(() => []);
  const locks = files.filter((file) => !file.endsWith(".attrs")).map((file) => readJson(join(folder, file)));
  return await Promise.all(
    (await Promise.all(locks)).map(async (lock) => {
      const { pid = 0, hostname: host = "", timestamp: since = "" } = (lock ?? {}) as Partial<LockFile>;
      // A process of another machine cannot be checked; a truncated lock file belongs to a run that never began.
      const isAlive = host === "" ? false : host !== hostname() || (await isRunning(pid, isEngine));
      return { pid, host, since, isAlive };
    }),
  );
}

const isEngine = (commandLine: string): boolean => /(?:^|\/)pulumi\0/u.test(commandLine);
