/** actionlint, built once into this user's cache from the Go module beside this file: versions from go.mod, checksums from go.sum. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { defaultCacheDirectory } from "../../../tools/embedded-cloud/engine/engine-cache";
import { withFileLock } from "../../../tools/embedded-cloud/engine/repository";

const run = promisify(execFile);

function version(): string {
  const found = /^require github\.com\/rhysd\/actionlint (\S+)$/mu.exec(
    readFileSync(join(__dirname, "go.mod"), "utf8"),
  )?.[1];
  if (found === undefined) throw new Error("test/support/actionlint/go.mod names no version of actionlint");
  return found;
}

/** @returns the program's path @throws Error with go's output; the test needs Go if the program is not in the cache yet */
export async function findOrBuildActionlint(): Promise<string> {
  const cache = join(dirname(defaultCacheDirectory()), "actionlint");
  const folder = join(cache, version());
  const program = join(folder, "actionlint");
  await mkdir(cache, { recursive: true });
  return await withFileLock(`${folder}.lock`, async () => {
    if (existsSync(program)) return program;
    const partial = await mkdtemp(`${folder}.partial-`);
    try {
      await build(join(partial, "actionlint"));
      await rename(partial, folder);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    return program;
  });
}

async function build(output: string): Promise<void> {
  const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", output];
  // Without the user's own flags and workspace for other projects; go.sum is always enforced.
  const env = { ...process.env, CGO_ENABLED: "0", GO111MODULE: "on", GOFLAGS: "", GOWORK: "off" };
  await run("go", ["build", ...flags, "github.com/rhysd/actionlint/cmd/actionlint"], { cwd: __dirname, env });
}
