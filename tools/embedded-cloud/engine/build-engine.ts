import { spawn } from "node:child_process";
import { chmod, copyFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Progress } from "./repository";
import { engineVersions } from "./versions";

/** Compiling or linking one package of the engine takes at most about this much memory. */
const bytesPerCompiler = 1.5 * 1024 ** 3;
const keptLines = 12;
const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

interface Program {
  readonly file: string;
  readonly version: string;
  /** Folder below tools/embedded-cloud/engine with the committed go.mod and go.sum. */
  readonly module: string;
  readonly package: string;
  readonly tags?: string;
}

const programs: readonly Program[] = [
  {
    file: "language-nodejs",
    version: engineVersions.languageHost,
    module: "language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  },
  {
    file: "pulumi",
    version: engineVersions.pulumi,
    module: "cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    tags: "osusergo,grpcnotrace", // the build tags of the official release
  },
];

const versionSymbol = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

function parallelism(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / bytesPerCompiler)));
}

function goArguments(program: Program, output: string): string[] {
  const tags = program.tags === undefined ? [] : ["-tags", program.tags];
  const linker = `-s -w -X ${versionSymbol}=v${program.version}`;
  const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-v", "-p", String(parallelism()), ...tags];
  return ["build", ...flags, "-ldflags", linker, "-o", output, program.package];
}

/** Without the user's flags, workspace and toolchain settings for other projects; go.sum is enforced. */
function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, CGO_ENABLED: "0", GO111MODULE: "on", GOFLAGS: "", GOWORK: "off" };
}

/** With -v go prints a line for each compiled package; those of downloads begin with `go: downloading`. */
function reportLine(line: string, counts: { modules: number; packages: number }, progress: Progress): boolean {
  if (line.startsWith("go: downloading ")) counts.modules++;
  else if (/^[\w.~/-]+$/.test(line)) counts.packages++;
  else return false;
  const modules = counts.modules > 0 ? `${counts.modules} modules fetched, ` : "";
  progress.detail(`${modules}${counts.packages} packages compiled`);
  return true;
}

function runGo(go: string, args: string[], cwd: string, progress: Progress): Promise<void> {
  // Compilers would continue for minutes. After SIGKILL they do, in a folder that the next build removes.
  const stop = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    release();
    process.kill(process.pid, signal);
  };
  const release = (): void => {
    for (const signal of forwarded) process.off(signal, stop);
  };
  // Before the compiler starts: a signal may come while it already runs, before spawn returns.
  for (const signal of forwarded) process.on(signal, stop);
  const child = spawn(go, args, { cwd, env: goEnvironment(), stdio: ["ignore", "ignore", "pipe"] });
  const counts = { modules: 0, packages: 0 };
  const said: string[] = [];
  createInterface(child.stderr).on("line", (line) => {
    if (!reportLine(line, counts, progress)) said.push(line);
  });
  return new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const end = `go build ended with ${signal ?? `exit code ${code ?? "unknown"}`}`;
      if (code === 0) resolve();
      else reject(new Error([end, ...said.slice(-keptLines)].join("\n")));
    });
  }).finally(release);
}

/** Whether that Go command can be run at all. */
export async function hasGo(go: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(go, ["version"], { stdio: "ignore" });
    child.once("error", () => {
      resolve(false);
    });
    child.once("close", (code) => {
      resolve(code === 0);
    });
  });
}

/**
 * Builds the engine into `folder`, with the versions and checksums of the Go modules in this folder.
 * Takes about three minutes on two cores, and 3.3 GB in Go's own caches.
 *
 * @throws Error with the last lines that go printed.
 */
export async function buildEngine(folder: string, repository: string, go: string, progress: Progress): Promise<void> {
  const sources = join(repository, "tools", "embedded-cloud", "engine");
  for (const program of programs) {
    progress.start(`Building ${program.file} ${program.version} with Go`);
    const argv = goArguments(program, join(folder, program.file));
    await runGo(go, argv, join(sources, program.module), progress);
  }
  await copyProgram(join(sources, "language-nodejs", "launch.sh"), folder, "pulumi-language-nodejs");
  const sdk = dirname(createRequire(join(repository, "package.json")).resolve("@pulumi/pulumi/package.json"));
  await copyProgram(join(sdk, "pulumi-resource-pulumi-nodejs"), folder, "pulumi-resource-pulumi-nodejs");
}

/** A script; npm and archives do not preserve its executable bit. */
async function copyProgram(from: string, folder: string, name: string): Promise<void> {
  const program = join(folder, name);
  await copyFile(from, program);
  await chmod(program, 0o755);
}
