import { buildEngine, hasGo } from "./build-engine";
import { downloadEngine, UnreachableError } from "./download-engine";
import { cachedEngine, publish } from "./engine-cache";
import { askVersion } from "./engine-folder";
import type { Engine, Settled } from "./engine-options";
import { messageOf } from "./message-of";
import { NoEngineError, type Attempt } from "./no-engine-error";
import { engineVersions } from "./versions";

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
      progress.start(`Downloading Pulumi ${engineVersions.pulumi}`);
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

/** A machine without that network is no trouble where Go is there; without either, the error lists all. */
const lineOf = ({ releases }: Settled, canBuild: boolean): string | undefined =>
  canBuild ? `No download from ${new URL(releases).host} here: Go builds it, in about three minutes` : undefined;

/**
 * Downloads an engine into the cache, or builds one. The caller holds the cache's lock.
 *
 * @param attempts earlier attempts, for the error; failures here are added
 * @throws NoEngineError
 */
export async function makeEngine(options: Settled, attempts: Attempt[]): Promise<Engine> {
  const { cacheDirectory, progress } = options;
  const target = cachedEngine(cacheDirectory);
  const canBuild = await hasGo(options.goCommand);
  for (const way of ways(options, canBuild)) {
    try {
      await publish(target, async (folder) => {
        await way.make(folder);
        await askVersion(folder); // an engine that cannot run here is not kept
      });
      progress.finish(`Pulumi ${engineVersions.pulumi} is in ${target}`);
      return { directory: target, version: engineVersions.pulumi, origin: way.origin };
    } catch (error) {
      const reason = messageOf(error);
      progress.finish(error instanceof UnreachableError ? lineOf(options, canBuild) : `${way.what}: ${reason}`);
      attempts.push({ what: way.what, reason });
    }
  }
  throw new NoEngineError(attempts, cacheDirectory);
}
