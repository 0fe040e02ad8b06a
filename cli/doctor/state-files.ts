/** A stack's files in the engine's file backend: damage by a kill or a full disk, and a command's lock. */
import { existsSync } from "node:fs";
import { copyFile, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir, hostname, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { askEngine, type Engine } from "../engine/engine";
import { isEngine } from "../../lib/startup/engine-watch";
import { isRunning } from "../terminal/running-process";

/** A file that the engine cannot read, and the repair. */
export interface Damage {
  file: string;
  /** remove: its content does not matter. restore: the former version is beside it. lost: neither is left. */
  remedy: "remove" | "restore" | "lost";
}

/** The lock of a run that changes the stack, or that was killed while changing it. */
export interface Lock {
  pid: number;
  host: string;
  since: string;
  isAlive: boolean;
}

export interface StateFiles {
  isThere: boolean;
  damages: readonly Damage[];
  locks: readonly Lock[];
}

/** @returns undefined if the state is not in a folder of this machine */
export async function findStateFiles(engine: Engine, stack: string): Promise<StateFiles | undefined> {
  const { url } = JSON.parse(await askEngine(engine, "whoami", "--json")) as { url?: string };
  if (url?.startsWith("file://") !== true) return undefined;
  const kept = join(folderOf(url, engine.cwd), ".pulumi");
  // A stack's name may have its organization and project in front.
  const [name = stack, project = (await projectAt(engine.cwd)).name ?? ""] = stack.split("/").reverse();
  const file = join(kept, "stacks", project, `${name}.json`);
  return {
    isThere: [file, `${file}.gz`].some((one) => existsSync(one)),
    damages: await damagesOf(file),
    locks: await locksIn(join(kept, "locks", "organization", project, name)),
  };
}

/** As the engine reads it: in the home of the account, in its own folder, or from the root. */
export function folderOf(url: string, cwd: string): string {
  const [path = ""] = url.slice("file://".length).split(/[?#]/u);
  // file:///C:/x too names a drive.
  const drive = /^\/(?=[a-z]:[/\\])/iu;
  return decodeURIComponent(path.startsWith("~") ? join(home(), path.slice(2)) : resolve(cwd, path.replace(drive, "")));
}

/** HOME counts only for an account that the system does not know, as in some containers. */
function home(): string {
  try {
    return userInfo().homedir;
  } catch {
    return homedir();
  }
}

/** Pulumi.yaml, which the engine also searches in the parent folders. */
export async function projectAt(
  folder: string,
): Promise<{ name?: string; main?: string; options?: { refresh?: unknown } }> {
  const text = await textIn(join(folder, "Pulumi.yaml"));
  if (text === undefined) return dirname(folder) === folder ? {} : await projectAt(dirname(folder));
  return (parseDocument(text).toJS() as Awaited<ReturnType<typeof projectAt>> | null) ?? {};
}

const textIn = (file: string): Promise<string | undefined> => readFile(file, "utf8").catch(() => undefined);

/** Each has a file with its checksum, overwritten in place: a kill at that moment leaves it empty. */
async function damagesOf(file: string): Promise<Damage[]> {
  const before = `${file}.bak`;
  const damages: Damage[] = [];
  for (const aside of [`${file}.attrs`, `${before}.attrs`])
    if (await isTorn(aside)) damages.push({ file: aside, remedy: "remove" });
  if (await isTorn(file))
    damages.push({ file, remedy: parsed(await textIn(before)) === undefined ? "lost" : "restore" });
  return damages;
}

/** @returns what was done, in a sentence; undefined: nothing @throws if the disk is still full */
export async function repair({ file, remedy }: Damage): Promise<string | undefined> {
  if (remedy === "lost" || !(await isTorn(file))) return undefined;
  if (remedy === "remove") {
    await rm(file);
    return `Removed ${file}, which was incomplete.`;
  }
  await copyFile(`${file}.bak`, `${file}.restored`);
  await rename(`${file}.restored`, file);
  await rm(`${file}.attrs`, { force: true });
  return `Restored ${file} from ${file}.bak.`;
}

/** Whether it exists but is not a complete JSON document. */
async function isTorn(file: string): Promise<boolean> {
  const text = await textIn(file);
  return text !== undefined && parsed(text) === undefined;
}

function parsed(text = ""): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Each file but the attributes locks the stack, even one that a kill left under its temporary name. */
async function locksIn(folder: string): Promise<Lock[]> {
  const files = await readdir(folder).catch(() => []);
  return await Promise.all(files.filter((file) => !file.endsWith(".attrs")).map((file) => lockIn(join(folder, file))));
}

async function lockIn(file: string): Promise<Lock> {
  // A truncated one belongs to a run that never began.
  const lock = (parsed(await textIn(file)) ?? {}) as { pid?: number; hostname?: string; timestamp?: string };
  const { pid = 0, hostname: host = "", timestamp: since = "" } = lock;
  // A process of another machine cannot be checked.
  const isAlive = host !== "" && (host !== hostname() || (await isRunning(pid, isEngine)));
  return { pid, host, since, isAlive };
}
