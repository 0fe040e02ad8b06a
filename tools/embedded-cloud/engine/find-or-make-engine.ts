import { resolve, sep } from "node:path";
import { cachedEngine, lockOf } from "./engine-cache";
import { askVersion, missingEngineFile, unfitness } from "./engine-folder";
import { type Engine, type EngineOptions, type Settled, settle } from "./engine-options";
import { makeEngine } from "./make-engine";
import type { Attempt } from "./no-engine-error";
import { engineOnPath } from "./on-path";
import { withFileLock } from "./repository";
import { engineVariable, engineVersions } from "./versions";

export type { Engine, EngineOptions } from "./engine-options";

/** A configured engine is used or refused: using a different one instead would hide the mistake. */
async function overriddenEngine(directory: string): Promise<Engine> {
  const missing = missingEngineFile(directory);
  const problem = missing === undefined ? undefined : `${missing} is missing`;
  const version = problem === undefined ? await askVersion(directory) : "";
  const reason = problem ?? unfitness(version);
  if (reason !== undefined) {
    throw new Error(
      `${engineVariable} names ${directory}, which is not a usable engine: ${reason}.\nCorrect it, or: unset ${engineVariable}`,
    );
  }
  return { directory, version, origin: "override" };
}

function cached(cacheDirectory: string): Engine | undefined {
  const directory = cachedEngine(cacheDirectory);
  if (missingEngineFile(directory) !== undefined) return undefined;
  return { directory, version: engineVersions.pulumi, origin: "cache" };
}

async function found(options: Settled, attempts: Attempt[]): Promise<Engine | undefined> {
  const { environment, cacheDirectory, progress } = options;
  const override = environment[engineVariable] ?? "";
  if (override !== "") return await overriddenEngine(resolve(override));
  const onPath = await engineOnPath(environment["PATH"] ?? "");
  if (onPath !== undefined && "version" in onPath) {
    return { ...onPath, origin: onPath.directory.startsWith(cacheDirectory + sep) ? "cache" : "path" };
  }
  attempts.push({ what: "Pulumi on PATH", reason: onPath?.reason ?? "no pulumi on PATH" });
  const inCache = cached(cacheDirectory);
  if (inCache !== undefined) return inCache;
  attempts.push({ what: "cache", reason: `no engine in ${cachedEngine(cacheDirectory)}` });
  // That there is none yet is what a first run begins with.
  if (onPath !== undefined) progress.note(`Pulumi on PATH is not used: ${onPath.reason}`);
  return undefined;
}

/**
 * Finds or makes a Pulumi CLI: the folder in SECURE_APPLICATION_MODEL_ENGINE; otherwise one on PATH of a
 * suitable version; otherwise the cache, the official download, or a build with Go. The reason of a failed
 * step is recorded. Concurrent callers, in any processes, make one engine: the others take it from the cache.
 *
 * @throws NoEngineError when nothing worked; Error when the configured folder contains no usable engine.
 */
export async function findOrMakeEngine(options: EngineOptions = {}): Promise<Engine> {
  const settled = settle(options);
  const attempts: Attempt[] = [];
  const engine = await found(settled, attempts);
  if (engine !== undefined) return engine;
  const { cacheDirectory, progress } = settled;
  const onWait = (): void => {
    progress.start("Waiting for another process that makes the engine");
  };
  return await withFileLock(
    lockOf(cacheDirectory),
    async () => {
      const meanwhile = cached(cacheDirectory);
      if (meanwhile === undefined) return await makeEngine(settled, attempts);
      progress.finish();
      return meanwhile;
    },
    { onWait },
  );
}
