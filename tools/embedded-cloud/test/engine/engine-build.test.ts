import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cachedEngine, lockOf } from "../../engine/engine-cache";
import { findRepository } from "../../engine/repository";
import { engineVersions } from "../../engine/versions";
import { fakeGo, findIn, temporaryFolder } from "./fixtures";

const folder = temporaryFolder();
const cacheDirectory = join(folder.path, "cache");
const find = findIn(folder.path);
afterEach(() => {
  folder.remove();
  mkdirSync(folder.path);
});
afterAll(folder.remove);

function makeInChild(goCommand: string): { child: ChildProcess; engine: Promise<unknown> } {
  const options = { cacheDirectory, goCommand, allowDownload: false };
  const child = spawn(process.execPath, [join(__dirname, "make-engine.cjs"), JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const engine = new Promise((resolve) =>
    child.once("close", (code, signal) => {
      resolve(code === 0 ? (JSON.parse(output) as unknown) : (signal ?? code));
    }),
  );
  return { child, engine };
}

/** The test's own limit ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

test("two processes at once make one engine", async () => {
  const go = fakeGo(folder.path, "builds");
  const engines = await Promise.all([makeInChild(go.command).engine, makeInChild(go.command).engine]);
  const directory = cachedEngine(cacheDirectory);
  expect(engines).toContainEqual({ directory, version: "3.274.1", origin: "build" });
  expect(engines).toContainEqual({ directory, version: "3.274.1", origin: "cache" });
  expect(go.builds()).toHaveLength(2);
});

test("a builder killed with SIGKILL leaves nothing that is taken for an engine, and the next one does not wait for it", async () => {
  const hanging = fakeGo(folder.path, "hangs");
  const { child, engine } = makeInChild(hanging.command);
  await until(() => hanging.builds().length > 0);
  child.kill("SIGKILL");
  expect(await engine).toBe("SIGKILL");
  process.kill(Number(hanging.builds()[0]?.split(" ")[0])); // the compiler that was not stopped
  await until(hanging.stopped);
  expect(existsSync(cachedEngine(cacheDirectory))).toBe(false);
  expect(existsSync(lockOf(cacheDirectory))).toBe(true);

  const go = fakeGo(folder.path, "builds");
  const next = await find({ goCommand: go.command });
  expect(next.origin).toBe("build");
  expect(readdirSync(cacheDirectory)).toEqual([`3.274.1-3.60.0-2-${process.platform}-${process.arch}`]);
});

test("a builder stopped with SIGTERM stops its compiler", async () => {
  const hanging = fakeGo(folder.path, "hangs");
  const { child, engine } = makeInChild(hanging.command);
  await until(() => hanging.builds().length > 0);
  child.kill("SIGTERM");
  expect(await engine).toBe("SIGTERM");
  await until(hanging.stopped);
});

test("the build is asked for with go.sum enforced and the versions of the data file", async () => {
  const go = fakeGo(folder.path, "builds");
  await find({ goCommand: go.command });
  const commands = go.builds().map((line) =>
    line
      .replace(/^\d+ /, "")
      .replaceAll(/-o \S+/g, "-o <output>")
      .replace(/-p \d+/, "-p <n>"),
  );
  const version = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
  const flags = "build -mod=readonly -trimpath -buildvcs=false -v -p <n>";
  expect(commands).toEqual([
    `${flags} -ldflags -s -w -X ${version}=v3.60.0 -o <output> github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs`,
    `${flags} -tags osusergo,grpcnotrace -ldflags -s -w -X ${version}=v3.274.1 -o <output> github.com/pulumi/pulumi/pkg/v3/cmd/pulumi`,
  ]);
});

test.each([
  ["cli", `github.com/pulumi/pulumi/pkg/v3 v${engineVersions.pulumi}`],
  ["language-nodejs", `github.com/pulumi/pulumi/sdk/v3 v${engineVersions.languageHost}`],
])("go.mod of %s requires the version of the data file", (module, requirement) => {
  const path = join(findRepository(), "tools", "embedded-cloud", "engine", module);
  expect(readFileSync(join(path, "go.mod"), "utf8")).toContain(`require ${requirement}\n`);
  expect(readFileSync(join(path, "go.sum"), "utf8")).toContain(`${requirement} h1:`);
});
