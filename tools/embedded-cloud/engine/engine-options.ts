import { defaultCacheDirectory } from "./engine-cache";
import { createProgress, findRepository, type Progress } from "./repository";
import { releases } from "./versions";

/** A Pulumi CLI with its Node.js language host beside it. */
export interface Engine {
  /** Absolute path of the folder with `pulumi`. */
  readonly directory: string;
  /** Such as `3.274.1`. */
  readonly version: string;
  readonly origin: "override" | "path" | "cache" | "download" | "build";
}

export interface EngineOptions {
  /** Shows long work. @default a progress line on stderr */
  readonly progress?: Progress;
  /** Environment with the override, PATH and the cache's location. @default process.env */
  readonly environment?: NodeJS.ProcessEnv;
  /** Folder of the cached engines. @default $XDG_CACHE_HOME/secure-application-model/engine */
  readonly cacheDirectory?: string;
  /** @default true */
  readonly allowDownload?: boolean;
  /** Base URL of the official releases. @default https://github.com/pulumi/pulumi/releases/download */
  readonly releases?: string;
  /**
   * Milliseconds for a download if Go could build the engine instead. If it is the only way left, only
   * silence is limited. @default 10000
   */
  readonly downloadLimitMs?: number;
  /** @default go */
  readonly goCommand?: string;
  /** @default the repository that this file belongs to */
  readonly repository?: string;
}

/** The options with their defaults filled in. */
export type Settled = Required<EngineOptions>;

export function settle(options: EngineOptions): Settled {
  const environment = options.environment ?? process.env;
  return {
    progress: options.progress ?? createProgress(),
    environment,
    cacheDirectory: options.cacheDirectory ?? defaultCacheDirectory(environment),
    allowDownload: options.allowDownload ?? true,
    releases: options.releases ?? releases,
    downloadLimitMs: options.downloadLimitMs ?? 10_000,
    goCommand: options.goCommand ?? "go",
    repository: options.repository ?? findRepository(),
  };
}
