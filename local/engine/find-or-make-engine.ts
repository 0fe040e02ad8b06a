import { resolve, sep } from "node:path";
import { buildEngine, hasGo } from "./build-engine";
import { downloadEngine } from "./download-engine";
import { cachedEngine, defaultCacheDirectory, lockOf, publish } from "./engine-cache";
import { askVersion, missingEngineFile, unfitness } from "./engine-folder";
import { messageOf } from "./message-of";
import { NoEngineError, type Attempt } from "./no-engine-error";
import { engineOnPath } from "./on-path";
import { createProgress, findRepository, withFileLock, type Progress } from "./repository";
import { ENGINE_VARIABLE, ENGINE_VERSIONS, RELEASES } from "./versions";

const DOWNLOAD_LIMIT_MS = 10_000;

/** A Pulumi CLI with its Node.js language host beside it. */
export interface Engine {
  /** Absolute path of the folder with `pulumi`. */
  readonly directory: string;
  /** Such as `3.274.1`. */
  readonly version: string;
  readonly origin: "override" | "path" | "cache" | "download" | "build";
}

export interface EngineOptions {
  /** Where long work is shown. @default a progress line on stderr */
  readonly progress?: Progress;
  /** Environment that names the override, PATH and the cache's place. @default process.env */
  readonly environment?: NodeJS.ProcessEnv;
  /** Where engines are kept. @default $XDG_CACHE_HOME/secure-application-model/engine */
  readonly cacheDirectory?: string;
  /** @default true */
  readonly allowDownload?: boolean;
  /** Base URL of the official releases. @default https://github.com/pulumi/pulumi/releases/download */
  readonly releases?: string;
  /**
   * Milliseconds that a download may take where Go could build instead. Where it is the last resort it may go on for as long as bytes
   * keep coming: the limit is then on silence. @default 10000
   */
  readonly downloadLimitMs?: number;
  /** @default go */
  readonly goCommand?: string;
  /** @default the repository that this file belongs to */
  readonly repository?: string;
}

type Settled = Required<EngineOptions>;

function settle(options: EngineOptions): Settled {
  const environment = options.environment ?? process.env;
  return {
    progress: options.progress ?? createProgress(),
    environment,
    cacheDirectory: options.cacheDirectory ?? defaultCacheDirectory(environment),
    allowDownload: options.allowDownload ?? true,
    releases: options.releases ?? RELEASES,
    downloadLimitMs: options.downloadLimitMs ?? DOWNLOAD_LIMIT_MS,
    goCommand: options.goCommand ?? "go",
    repository: options.repository ?? findRepository(),
  };
}

/** An engine that somebody named is used or refused: falling through to another one would hide the mistake. */
async function overriddenEngine(directory: string): Promise<Engine> {
  const missing = missingEngineFile(directory);
  const problem = missing === undefined ? undefined : `${missing} is missing`;
  const version = problem === undefined ? await askVersion(directory) : "";
  const reason = problem ?? unfitness(version);
  if (reason !== undefined) {
    throw new Error(
      `${ENGINE_VARIABLE} names ${directory}, which is no engine to use: ${reason}.\nCorrect it, or: unset ${ENGINE_VARIABLE}`,
    );
  }
  return { directory, version, origin: "override" };
}

function cached(cacheDirectory: string): Engine | undefined {
  const directory = cachedEngine(cacheDirectory);
  if (missingEngineFile(directory) !== undefined) return undefined;
  return { directory, version: ENGINE_VERSIONS.pulumi, origin: "cache" };
}

function isInside(folder: string, directory: string): boolean {
  return directory.startsWith(folder + sep);
}

async function found(options: Settled, attempts: Attempt[]): Promise<Engine | undefined> {
  const { environment, cacheDirectory, progress } = options;
  const override = environment[ENGINE_VARIABLE] ?? "";
  if (override !== "") return await overriddenEngine(resolve(override));
  const onPath = await engineOnPath(environment["PATH"] ?? "");
  if ("version" in onPath) {
    return { ...onPath, origin: isInside(cacheDirectory, onPath.directory) ? "cache" : "path" };
  }
  attempts.push({ what: "Pulumi on PATH", reason: onPath.reason });
  const inCache = cached(cacheDirectory);
  if (inCache !== undefined) return inCache;
  attempts.push({ what: "cache", reason: `no engine in ${cachedEngine(cacheDirectory)}` });
  for (const { what, reason } of attempts) progress.note(`${what}: ${reason}`);
  return undefined;
}

interface Way {
  readonly origin: Engine["origin"];
  readonly what: string;
  make(folder: string): Promise<void>;
}

function ways(options: Settled, canBuild: boolean): Way[] {
  const { progress, allowDownload, releases, downloadLimitMs, goCommand, repository } = options;
  const download: Way = {
    origin: "download",
    what: "official download",
    async make(folder) {
      if (!allowDownload) throw new Error("not allowed here");
      progress.start(`Downloading Pulumi ${ENGINE_VERSIONS.pulumi}`);
      const limits = { totalMs: canBuild ? downloadLimitMs : undefined, silenceMs: downloadLimitMs };
      await downloadEngine(folder, releases, limits, progress);
    },
  };
  const build: Way = {
    origin: "build",
    what: "build with Go",
    async make(folder) {
      if (!canBuild) throw new Error(`no ${goCommand} command`);
      await buildEngine(folder, repository, goCommand, progress);
    },
  };
  return [download, build];
}

async function made(options: Settled, attempts: Attempt[]): Promise<Engine> {
  const { cacheDirectory, progress } = options;
  const target = cachedEngine(cacheDirectory);
  for (const way of ways(options, await hasGo(options.goCommand))) {
    try {
      await publish(target, async (folder) => {
        await way.make(folder);
        await askVersion(folder); // what cannot run here is not kept
      });
      progress.finish(`Pulumi ${ENGINE_VERSIONS.pulumi} is in ${target}`);
      return { directory: target, version: ENGINE_VERSIONS.pulumi, origin: way.origin };
    } catch (error) {
      const reason = messageOf(error);
      progress.finish(`${way.what}: ${reason}`);
      attempts.push({ what: way.what, reason });
    }
  }
  throw new NoEngineError(attempts, cacheDirectory);
}

/**
 * Finds a Pulumi CLI, or makes one: a folder named by SECURE_APPLICATION_MODEL_ENGINE; else one on PATH of a fit version; else the cache; else
 * the official download; else a build with Go into the cache. Each step that gives nothing says why and the next one is tried.
 * Two callers at once, in whatever processes, make one engine: the second waits and takes it from the cache.
 *
 * @throws NoEngineError when nothing worked; Error when the named folder is no engine to use.
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
      if (meanwhile === undefined) return await made(settled, attempts);
      progress.finish();
      return meanwhile;
    },
    { onWait },
  );
}
