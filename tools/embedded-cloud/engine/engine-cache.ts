import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { missingEngineFile } from "./engine-folder";
import { engineVersions } from "./versions";

const partialMark = ".partial-";
const dayMs = 24 * 60 * 60 * 1000;

/** `$XDG_CACHE_HOME/secure-application-model/engine`, `~/.cache/…` when that is not set. */
export function defaultCacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const home = environment["XDG_CACHE_HOME"] ?? "";
  return join(home === "" ? join(homedir(), ".cache") : home, "secure-application-model", "engine");
}

/** These versions' folder for this system, because machines may share a home directory. */
export function cachedEngine(cacheDirectory: string): string {
  const { pulumi, languageHost, recipe } = engineVersions;
  return join(cacheDirectory, `${pulumi}-${languageHost}-${recipe}-${process.platform}-${process.arch}`);
}

export function lockOf(cacheDirectory: string): string {
  return `${cachedEngine(cacheDirectory)}.lock`;
}

/**
 * Removes what killed runs left: all of these versions, because the caller holds the lock without which
 * none is created; of others what is a day old.
 */
function removeLeftovers(cacheDirectory: string, target: string): void {
  for (const name of readdirSync(cacheDirectory)) {
    if (!name.includes(partialMark)) continue;
    const path = join(cacheDirectory, name);
    if (name.startsWith(basename(target)) || statSync(path).mtimeMs < Date.now() - dayMs)
      rmSync(path, { recursive: true, force: true });
  }
}

/**
 * `fill` puts an engine into a sibling folder, which is then renamed to `target`: an engine in the cache
 * is complete or missing. The caller holds the lock.
 */
export async function publish(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const cacheDirectory = dirname(target);
  mkdirSync(cacheDirectory, { recursive: true });
  removeLeftovers(cacheDirectory, target);
  const partial = `${target}${partialMark}${randomUUID()}`;
  mkdirSync(partial);
  try {
    await fill(partial);
    const missing = missingEngineFile(partial);
    if (missing !== undefined) throw new Error(`${missing} is missing from what was made`);
    if (existsSync(target)) rmSync(target, { recursive: true, force: true }); // there, but incomplete: somebody deleted a file
    renameSync(partial, target);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
