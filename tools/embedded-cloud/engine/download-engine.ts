import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { engineFiles } from "./engine-folder";
import { messageOf } from "./message-of";
import type { Progress } from "./repository";
import { engineVersions } from "./versions";

/** Names of systems in the official archives' names. */
const systems: Partial<Record<NodeJS.Platform, string>> = { linux: "linux", darwin: "darwin", win32: "windows" };
const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: "x64", arm64: "arm64" };

export interface DownloadLimits {
  /** Milliseconds for the whole download; undefined: as long as bytes keep coming. */
  readonly totalMs: number | undefined;
  /** Milliseconds without a byte, including the first one, after which the download is given up. */
  readonly silenceMs: number;
}

/** The releases do not answer here, or are too slow. Any other failure is of what they answered. */
export class UnreachableError extends Error {}

/** One timer for silence and one for the whole; both abort the same signal. */
class Limits {
  readonly #controller = new AbortController();
  readonly #total: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;

  constructor(private readonly limits: DownloadLimits) {
    const { totalMs } = limits;
    if (totalMs !== undefined) this.#total = this.#abortAfter(totalMs, `not finished within ${totalMs / 1000} s`);
    this.restartSilence();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restartSilence(): void {
    clearTimeout(this.#silence);
    const { silenceMs } = this.limits;
    this.#silence = this.#abortAfter(silenceMs, `no answer within ${silenceMs / 1000} s`);
  }

  stop(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#silence);
  }

  #abortAfter(milliseconds: number, reason: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.#controller.abort(new UnreachableError(reason));
    }, milliseconds);
  }
}

async function open(url: string, limits: Limits): Promise<Response> {
  const response = await fetch(url, { signal: limits.signal, redirect: "follow" }).catch((error: unknown) => {
    throw new UnreachableError(messageOf(error));
  });
  limits.restartSilence();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

async function publishedChecksum(url: string, archive: string, limits: Limits): Promise<string> {
  const text = await (await open(url, limits)).text();
  const line = text.split("\n").map((each) => each.trim().split(/\s+/));
  const checksum = line.find(([, name]) => name?.replace(/^\*/, "") === archive)?.[0]?.toLowerCase();
  if (checksum === undefined || !/^[0-9a-f]{64}$/.test(checksum))
    throw new Error(`${url} lists no SHA-256 of ${archive}`);
  return checksum;
}

async function save(url: string, file: string, limits: Limits, progress: Progress): Promise<string> {
  const response = await open(url, limits);
  if (response.body === null) throw new Error(`${url} answered without a body`);
  const hash = createHash("sha256");
  let received = 0;
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      limits.restartSilence();
      hash.update(chunk);
      received += chunk.length;
      progress.detail(`${Math.round(received / 1e6)} MB`);
      done(null, chunk);
    },
  });
  await pipeline(response.body, watch, createWriteStream(file), { signal: limits.signal });
  return hash.digest("hex");
}

async function unpack(archive: string, folder: string): Promise<void> {
  const members = engineFiles.map((name) => `pulumi/${name}`);
  // Windows' own tar reads the archive for Windows, which has a folder more; that of Git, first on PATH, does not.
  const [tar, argv] =
    process.platform === "win32"
      ? [join(process.env["SystemRoot"] ?? String.raw`C:\Windows`, "System32", "tar.exe"), ["--strip-components=2"]]
      : ["tar", ["--strip-components=1", ...members]];
  await promisify(execFile)(tar, ["-xf", archive, "-C", folder, ...argv]);
  await rm(archive);
}

/**
 * Puts the official release for this system into `folder` if its SHA-256 is that of the checksum file.
 *
 * @param releases base URL of the releases; below it `v<version>/<file>`
 * @throws Error with a short reason: no network, too slow, no such archive, a checksum that differs.
 */
export async function downloadEngine(
  folder: string,
  releases: string,
  limit: DownloadLimits,
  progress: Progress,
): Promise<void> {
  const system = systems[process.platform];
  const architecture = architectures[process.arch];
  if (system === undefined || architecture === undefined)
    throw new Error(`no archive for ${process.platform}-${process.arch}`);
  const version = engineVersions.pulumi;
  const name = `pulumi-v${version}-${system}-${architecture}.${system === "windows" ? "zip" : "tar.gz"}`;
  const base = `${releases}/v${version}`;
  const limits = new Limits(limit);
  try {
    const wanted = await publishedChecksum(`${base}/pulumi-${version}-checksums.txt`, name, limits);
    const archive = join(folder, name);
    const got = await save(`${base}/${name}`, archive, limits, progress);
    if (got !== wanted) throw new Error(`${name} has SHA-256 ${got}, but ${wanted} is published: not used`);
    limits.stop();
    await unpack(archive, folder);
  } finally {
    limits.stop();
  }
}
