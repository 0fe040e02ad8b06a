import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cachedEngine } from "../../engine/engine-cache";
import { NoEngineError } from "../../engine/no-engine-error";
import { fakeEngine, fakeGo, findIn, recordedProgress, temporaryFolder } from "./fixtures";

const folder = temporaryFolder();
const cacheDirectory = join(folder.path, "cache");
afterEach(() => {
  folder.remove();
  mkdirSync(folder.path);
});
afterAll(folder.remove);

const find = findIn(folder.path);

describe("the engine that is taken", () => {
  test("is the one on PATH when its version is fit, before the cache", async () => {
    fakeEngine(cachedEngine(cacheDirectory), "3.274.1");
    const directory = fakeEngine(join(folder.path, "on-path"), "3.260.0");
    expect(await find({ environment: { PATH: directory } })).toEqual({ directory, version: "3.260.0", origin: "path" });
  });

  test("is the link's target, when a package manager linked pulumi alone into PATH", async () => {
    const directory = fakeEngine(join(folder.path, "opt", "pulumi", "bin"), "3.299.9");
    const bin = join(folder.path, "bin");
    mkdirSync(bin);
    symlinkSync(join(directory, "pulumi"), join(bin, "pulumi"));
    expect(await find({ environment: { PATH: bin } })).toEqual({ directory, version: "3.299.9", origin: "path" });
  });

  test("is not the npm package's downloader in node_modules/.bin", async () => {
    const shim = fakeEngine(join(folder.path, "node_modules", ".bin"), "3.274.1");
    const directory = fakeEngine(join(folder.path, "after"), "3.270.0");
    const PATH = [shim, directory].join(delimiter);
    expect(await find({ environment: { PATH } })).toEqual({ directory, version: "3.270.0", origin: "path" });
  });

  test("is the cached one when the one on PATH does not fit", async () => {
    const directory = fakeEngine(cachedEngine(cacheDirectory), "3.274.1");
    const PATH = fakeEngine(join(folder.path, "on-path"), "3.249.9");
    expect(await find({ environment: { PATH } })).toEqual({ directory, version: "3.274.1", origin: "cache" });
  });

  test("is called cached when PATH leads into the cache, as in a shell with our exports", async () => {
    const PATH = fakeEngine(cachedEngine(cacheDirectory), "3.274.1");
    expect(await find({ environment: { PATH } })).toMatchObject({ directory: PATH, origin: "cache" });
  });

  test("is the one that SECURE_APPLICATION_MODEL_ENGINE names, before PATH", async () => {
    const override = fakeEngine(join(folder.path, "override"), "3.250.0");
    const PATH = fakeEngine(join(folder.path, "on-path"), "3.260.0");
    const environment = { PATH, SECURE_APPLICATION_MODEL_ENGINE: override };
    expect(await find({ environment })).toEqual({ directory: override, version: "3.250.0", origin: "override" });
  });

  test("is built when nothing else gives one, and found in the cache the next time", async () => {
    const go = fakeGo(folder.path, "builds");
    const directory = cachedEngine(cacheDirectory);
    expect(await find({ goCommand: go.command })).toEqual({ directory, version: "3.274.1", origin: "build" });
    expect(await find({ goCommand: go.command })).toEqual({ directory, version: "3.274.1", origin: "cache" });
    expect(go.builds()).toHaveLength(2); // the CLI and its language host, once
    expect(readdirSync(directory).sort()).toEqual([
      "language-nodejs",
      "pulumi",
      "pulumi-language-nodejs",
      "pulumi-resource-pulumi-nodejs",
    ]);
    expect(readdirSync(cacheDirectory)).toEqual([`3.274.1-3.60.0-2-${process.platform}-${process.arch}`]);
  });
});

describe("an engine that is not taken says why", () => {
  const reasons = async (environment: NodeJS.ProcessEnv): Promise<string[]> => {
    const progress = recordedProgress();
    await expect(find({ environment, progress })).rejects.toThrow(NoEngineError);
    return progress.lines;
  };

  test.each([
    ["3.249.9", "version 3.249.9, and 3.250.0 up to, not including, 4.0.0 is needed"],
    ["4.0.0", "version 4.0.0, and 3.250.0 up to, not including, 4.0.0 is needed"],
  ])("version %s on PATH", async (version, reason) => {
    const PATH = fakeEngine(join(folder.path, "on-path"), version);
    expect(await reasons({ PATH })).toContain(`note: Pulumi on PATH is not used: ${join(PATH, "pulumi")}: ${reason}`);
  });

  test("its language host is not beside it", async () => {
    const PATH = fakeEngine(join(folder.path, "on-path"), "3.274.1");
    rmSync(join(PATH, "pulumi-language-nodejs"));
    expect(await reasons({ PATH })).toContain(
      `note: Pulumi on PATH is not used: ${join(PATH, "pulumi")}: pulumi-language-nodejs is missing beside it`,
    );
  });

  test("a cached one that lost its run bit", async () => {
    chmodSync(join(fakeEngine(cachedEngine(cacheDirectory), "3.274.1"), "pulumi"), 0o644);
    await expect(find()).rejects.toThrow(`  cache: no engine in ${cachedEngine(cacheDirectory)}\n`);
  });

  test("the folder that SECURE_APPLICATION_MODEL_ENGINE names is refused, not passed over", async () => {
    const PATH = fakeEngine(join(folder.path, "on-path"), "3.274.1");
    const environment = { PATH, SECURE_APPLICATION_MODEL_ENGINE: folder.path };
    await expect(find({ environment })).rejects.toThrow(
      `SECURE_APPLICATION_MODEL_ENGINE names ${folder.path}, which is not a usable engine: pulumi is missing.\n` +
        "Correct it, or: unset SECURE_APPLICATION_MODEL_ENGINE",
    );
    const nowhere = join(folder.path, "nowhere");
    await expect(find({ environment: { SECURE_APPLICATION_MODEL_ENGINE: nowhere } })).rejects.toThrow(
      `SECURE_APPLICATION_MODEL_ENGINE names ${nowhere}, which is not a usable engine: the folder itself is missing.`,
    );
  });
});

test("with neither network nor Go, one error says what was tried and every way to get an engine", async () => {
  const error = await find({ allowDownload: true, releases: "http://127.0.0.1:9" }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NoEngineError);
  const { message } = error as NoEngineError;
  expect(message.split("\n")).toEqual([
    "No Pulumi engine was found, and none could be made.",
    "Tried:",
    "  Pulumi on PATH: no pulumi on PATH",
    `  cache: no engine in ${cachedEngine(cacheDirectory)}`,
    expect.stringMatching(/^ {2}official download: fetch failed: /),
    "  build with Go: no no-such-go command",
    "Any one of these gives one; then run the same command again:",
    expect.stringContaining("curl -fsSL https://get.pulumi.com | sh"),
    expect.stringContaining("https://go.dev/doc/install"),
    expect.stringContaining("export SECURE_APPLICATION_MODEL_ENGINE="),
    expect.stringContaining(cachedEngine(cacheDirectory)),
  ]);
});

test("a build that fails names what go said and leaves nothing behind", async () => {
  const go = fakeGo(folder.path, "fails");
  await expect(find({ goCommand: go.command })).rejects.toThrow(
    "  build with Go: go build ended with exit code 1\n    example.org/module@v1.0.0: checksum mismatch\n",
  );
  expect(readdirSync(cacheDirectory)).toEqual([]);
});
