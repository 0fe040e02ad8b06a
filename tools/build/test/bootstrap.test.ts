import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { once } from "node:events";
import { nodeOptionsAs } from "../../embedded-cloud/testing/node-options";
import { SmallRepository } from "./small-repository";

let repository: SmallRepository;
beforeEach(() => {
  repository = new SmallRepository();
});
afterEach(() => {
  repository.remove();
});

const product = "-p tools/build/tsconfig.json";
const embeddedCloud = "-p tools/embedded-cloud/tsconfig.json";
const builds = (): string[] => repository.lines("compiler.log").sort();
const stamp = (bin: string): unknown => JSON.parse(readFileSync(join(repository.path, bin, ".stamp"), "utf8"));

describe("building", () => {
  test("happens once for the same sources; stdout is the program's alone", async () => {
    expect(await repository.run(["start", "--keep", "a b"])).toMatchObject({ code: 0, stdout: "demo --keep a b\n" });
    expect(await repository.run(["start"])).toEqual({ code: 0, signal: null, stdout: "demo\n", stderr: "" });
    expect(builds()).toEqual([product, embeddedCloud]);
  });

  test.each([
    ["a changed source", "tools/embedded-cloud/demo.ts", "console.log('changed');", [embeddedCloud]],
    ["a new source", "lib/vault/new.ts", "", [product]],
    ["a changed configuration of one", "tools/build/tsconfig.json", "{ }", [product]],
    ["a changed configuration of both", "tsconfig.json", "{ }", [product, embeddedCloud]],
    ["another compiler", "node_modules/typescript/package.json", '{"version":"2"}', [product, embeddedCloud]],
    ["another way of building", "tools/build/build.mjs", undefined, [product, embeddedCloud]],
  ])("happens again for %s, where it matters", async (_, path, content, again) => {
    await repository.run(["build"]);
    if (content === undefined) appendFileSync(join(repository.path, path), "// another target\n");
    else repository.write(path, content);
    await repository.run(["build"]);
    expect(builds()).toEqual([embeddedCloud, product, ...again].sort());
  });

  test("leaves nothing of a source that is gone", async () => {
    await repository.run(["build"]);
    repository.write("tools/embedded-cloud/bin/gone.js", "");
    repository.write("tools/embedded-cloud/bin/gone.d.ts", "");
    repository.write("tools/embedded-cloud/new.ts", "");
    await repository.run(["build"]);
    const exists = ["gone.js", "gone.d.ts", "demo.js"].map((name) =>
      existsSync(join(repository.path, "tools", "embedded-cloud", "bin", name)),
    );
    expect(exists).toEqual([false, false, true]);
  });

  test("that fails shows what the compiler said, leaves no stamp and runs nothing", async () => {
    await repository.run(["build"]);
    repository.write("broken", "");
    repository.write("tools/embedded-cloud/demo.ts", "(");
    const outcome = await repository.run(["start"]);
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toBe(
      "Building\nThe sources do not compile:\ntools/embedded-cloud/demo.ts(1,1): error TS1005: ';' expected.\n",
    );
    expect(existsSync(join(repository.path, "tools", "embedded-cloud", "bin", ".stamp"))).toBe(false);
  });

  test("happens at the end of npm ci, but not of one without development dependencies, though a compiler is there", async () => {
    const done = { code: 0, signal: null, stdout: "" };
    expect(await repository.run(["prepare"])).toEqual({ ...done, stderr: "" });
    expect(builds()).toEqual([]);
    repository.write("node_modules/esbuild/package.json", "{}");
    expect(await repository.run(["prepare"])).toMatchObject(done);
    expect(builds()).toEqual([product, embeddedCloud]);
  });

  test("is done once by two that start at once", async () => {
    repository.slow();
    const outcomes = await Promise.all([repository.run(["start"]), repository.run(["start"])]);
    expect(outcomes.map(({ stdout }) => stdout)).toEqual(["demo\n", "demo\n"]);
    expect(builds()).toEqual([product, embeddedCloud]);
  });

  test("stamps the sources as the program's own check computes it: path and content of each, sorted by path", async () => {
    repository.write("index.ts", "1");
    repository.write("lib/config/a.ts", "2");
    repository.write("lib/config/a-b.ts", "3");
    repository.write("lib/config/not-a-source.md", "4");
    await repository.run(["build"]);
    const { createHash } = await import("node:crypto");
    const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
    expect(stamp("bin")).toEqual({
      sources: expect.arrayContaining(["index.ts", "lib", "cli"]) as unknown,
      hash: hashOf("index.ts\x001\0lib/config/a-b.ts\x003\0lib/config/a.ts\x002\0"),
    });
    const demo = readFileSync(join(repository.path, "tools", "embedded-cloud", "demo.ts"), "utf8");
    expect(stamp("tools/embedded-cloud/bin")).toEqual({
      sources: ["tools/embedded-cloud"],
      hash: hashOf(`tools/embedded-cloud/demo.ts\0${demo}\0`),
    });
  });
});

describe("installing", () => {
  test("happens when nothing is installed, then the program runs", async () => {
    rmSync(join(repository.path, "node_modules"), { recursive: true });
    const outcome = await repository.run(["start"]);
    expect(outcome).toMatchObject({ code: 0, stdout: "demo\n" });
    expect(outcome.stderr).toMatch(/^Installing the packages of package-lock.json\nInstalled\b/);
    expect(repository.lines("npm.log")).toEqual([
      "ci --include=dev --include=optional --ignore-scripts --no-audit --no-fund --loglevel=error",
    ]);
  });

  test("happens when an installed package has another version than the lock file", async () => {
    const lock = { packages: { "node_modules/a": { version: "0.9.0", integrity: "sha512-old" } } };
    repository.write("node_modules/.package-lock.json", JSON.stringify(lock));
    await repository.run(["build"]);
    expect(repository.lines("npm.log")).toHaveLength(1);
  });

  test("does not happen for an optional package of another system, nor twice for two at once", async () => {
    repository.slow();
    rmSync(join(repository.path, "node_modules"), { recursive: true });
    await Promise.all([repository.run(["build"]), repository.run(["build"])]);
    await repository.run(["build"]);
    expect(repository.lines("npm.log")).toHaveLength(1);
  });

  test("does not go through a link: npm would empty the folder it leads to", async () => {
    const elsewhere = `${repository.path}-modules`;
    renameSync(join(repository.path, "node_modules"), elsewhere);
    symlinkSync(elsewhere, join(repository.path, "node_modules"));
    repository.write("node_modules/.package-lock.json", '{"packages":{}}');
    const outcome = await repository.run(["start"]);
    const kept = readdirSync(elsewhere);
    rmSync(elsewhere, { recursive: true });
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toContain("node_modules is a link to another folder");
    expect(kept).toContain(".package-lock.json");
  });

  test("that fails shows what npm said and what is needed", async () => {
    rmSync(join(repository.path, "node_modules"), { recursive: true });
    repository.write("install.cjs", "console.error('npm error network'); process.exit(7)");
    const outcome = await repository.run(["start"]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain(
      `npm ci failed (exit 7) in ${repository.path}:\nnpm error network\nNeeded: a package registry`,
    );
  });
});

describe("the program", () => {
  test("has the caller's stdin, and its exit code is the caller's", async () => {
    repository.write("tools/embedded-cloud/demo.ts", "process.stdin.pipe(process.stdout); process.exitCode = 7;");
    expect(await repository.run(["start"], "hello")).toMatchObject({ code: 7, stdout: "hello" });
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("gets %s and ends as it likes", async (signal) => {
    repository.write(
      "tools/embedded-cloud/demo.ts",
      `process.once("${signal}", () => { console.log("tidied"); process.exit(3); }); setInterval(() => {}, 1000); console.log("ready");`,
    );
    const { child, outcome } = repository.start(["start"]);
    if (child.stdout !== null) await once(child.stdout, "data");
    child.kill(signal);
    expect(await outcome).toMatchObject({ code: 3, signal: null, stdout: "ready\ntidied\n" });
  });

  test("that a signal ends, ends the caller by the same signal", async () => {
    repository.write("tools/embedded-cloud/demo.ts", "console.log('ready'); setInterval(() => {}, 1000);");
    const { child, outcome } = repository.start(["start"]);
    if (child.stdout !== null) await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(await outcome).toMatchObject({ signal: "SIGTERM" });
  });
});

describe("the Node that it goes on under", () => {
  const under = (version: string) => repository.run(["start"], "", { NODE_OPTIONS: nodeOptionsAs(version) });
  const folder = "tools/build/node/node_modules";
  /** The effect of npm in tools/build/node. */
  const npmInstalls = (script: string) => {
    repository.write("npm-bin/npm", `#!/bin/sh\necho "$PWD $*" >> "${repository.path}/npm.log"\n${script}\n`);
  };
  const aNode = `mkdir -p node_modules/.bin && printf '#!/bin/sh\\necho installed node\\n' > node_modules/.bin/node && chmod +x node_modules/.bin/node`;

  test.each([
    ["20.20.2", "installed node\n"],
    ["22.12.0", "installed node\n"],
    ["24.4.1", "installed node\n"],
    ["24.5.0", "demo\n"],
    ["24.21.0", "demo\n"],
    ["26.0.0", "demo\n"],
  ])("started by %s: %j", async (version, stdout) => {
    npmInstalls(aNode);
    expect(await under(version)).toMatchObject({ code: 0, stdout });
  });

  test("is installed once for each lock file, and not for who has one", async () => {
    npmInstalls(aNode);
    await under("24.5.0");
    expect(repository.lines("npm.log")).toEqual([]);
    await under("20.20.2");
    await under("20.20.2");
    const install = `${join(repository.path, "tools", "build", "node")} ci --include=optional --ignore-scripts --no-audit --no-fund --loglevel=error`;
    expect(repository.lines("npm.log")).toEqual([install]);
    repository.write("tools/build/node/package-lock.json", "{ }");
    await under("20.20.2");
    expect(repository.lines("npm.log")).toEqual([install, install]);
  });

  test("is installed while the packages are", async () => {
    rmSync(join(repository.path, "node_modules"), { recursive: true });
    npmInstalls(`
      case $PWD in */tools/build/node) own=node other=packages ;; *) own=packages other=node ;; esac
      touch "${repository.path}/$own-began"
      for _ in $(seq 100); do [ -e "${repository.path}/$other-began" ] && break; sleep 0.05; done
      [ -e "${repository.path}/$other-began" ] || exit 1
      if [ $own = packages ]; then exec node "${repository.path}/install.cjs"; fi
      ${aNode}`);
    const outcome = await under("20.20.2");
    expect(outcome).toMatchObject({ code: 0, stdout: "installed node\n" });
    expect(outcome.stderr).toMatch(
      /^Installing the packages of package-lock.json, and Node.js, because \S+ is 20.20.2\nInstalled\b/,
    );
  });

  test("that cannot be installed shows what npm said and what is needed", async () => {
    npmInstalls("echo npm error network; exit 7");
    const { code, stderr } = await under("20.20.2");
    expect(code).toBe(1);
    expect(stderr).toContain(
      `npm ci failed (exit 7) in ${join(repository.path, "tools", "build", "node")}:\nnpm error network\nNeeded: a package registry`,
    );
    expect(existsSync(join(repository.path, folder))).toBe(false);
  });

  test("is said to be needed where the packages have none for this machine", async () => {
    npmInstalls("true");
    expect(await under("24.4.1")).toMatchObject({ code: 1, stdout: "" });
    expect((await under("24.4.1")).stderr).toBe(
      `This needs Node 24.5 or later; ${process.execPath} is 24.4.1, and the packages bring no newer one for ${process.platform}-${process.arch}.\n` +
        "Install Node 24.5 or later (https://nodejs.org/en/download), then run the same command again.\n",
    );
  });
});

test("an unknown task is a usage error that names the tasks", async () => {
  expect(await repository.run(["begin"])).toEqual({
    code: 2,
    signal: null,
    stdout: "",
    stderr:
      'Unknown task "begin". Tasks: start, emulator, dev:env, bench, docs, picture, test, acceptance, soak, mutants, check, build, pack, prepare.\n',
  });
});
