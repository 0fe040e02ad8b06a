import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
const built = "bin/lib/startup/compile-cache.js";
const cache = join(root, "bin", ".compile-cache");
const bundle = `
function called() { return "text of what was called"; }
function passedOver() { return "text of what was not"; }
const isOwn = this === exports;
module.exports = (which) => (which ? passedOver() : called());
module.exports.place = [__filename, __dirname, module.id, require("node:path").sep, isOwn];
`;
const first = "// bundle\n";
const file = join(root, "bin", "bundle.js");

beforeEach(() => {
  rmSync(join(root, "bin"), { recursive: true, force: true });
  mkdirSync(join(root, "bin/lib/startup"), { recursive: true });
  cpSync(join(__dirname, "..", "..", built), join(root, built));
  writeFileSync(file, first + bundle);
});

function run(code = "process.stdout.write(bundle())", task = "token", variables: Record<string, string> = {}) {
  const load = `require("./${built}").keepBundlesCompiled("${task}"); const bundle = require("./bin/bundle.js");`;
  const env = { ...process.env, ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", load + code], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return { status, stdout };
}

/** Node's own entries have no task in their names. */
const kept = (folder = cache): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\/[0-9a-f]{8}-/u.test(name))
    .sort();
const textOf = (name: string): string => readFileSync(join(cache, name), "latin1");

test("what a process called is kept, and the next one reads it", () => {
  expect(run()).toEqual({ status: 0, stdout: "text of what was called" });
  const [name = "", ...others] = kept();
  expect(others).toEqual([]);
  expect(textOf(name)).toContain("text of what was called");
  expect(textOf(name)).not.toContain("text of what was not");
  const { ino, mode } = statSync(join(cache, name));
  expect(mode & 0o777).toBe(0o600);
  expect(run()).toEqual({ status: 0, stdout: "text of what was called" });
  expect(run("process.stdout.write(bundle(true))").stdout).toBe("text of what was not");
  expect(statSync(join(cache, name)).ino).toBe(ino);
});

test("each task and each text has its own, and a refused command line none", () => {
  run("process.exitCode = 2", "tokne");
  expect(kept()).toEqual([]);
  run("process.exitCode = 5", "drift");
  run();
  expect(kept().map((name) => name.replace(/^.*\/[0-9a-f]{8}/u, ""))).toEqual(["-drift", "-token"]);
  writeFileSync(file, first + bundle.replace("was called", "is calling"));
  expect(run().stdout).toBe("text of what is calling");
  expect(kept()).toHaveLength(3);
});

test("a module finds the same as without a cache, in both runs", () => {
  const place = JSON.stringify([file, join(root, "bin"), file, "/", true]);
  for (const _ of ["first", "second"])
    expect(run("console.log(JSON.stringify(bundle.place))").stdout).toBe(`${place}\n`);
});

test("a damaged cache is replaced, and one that cannot be written is done without", () => {
  run();
  const [name = ""] = kept();
  const whole = readFileSync(join(cache, name));
  // V8 itself looks at the first bytes alone, and crashes or runs what stands there.
  for (const damaged of [Buffer.from("damaged"), whole.with(700, 255 - (whole[700] ?? 0)), whole.subarray(0, 900)]) {
    writeFileSync(join(cache, name), damaged);
    expect(run().stdout).toBe("text of what was called");
    expect(readFileSync(join(cache, name))).toHaveLength(whole.length);
    expect(readFileSync(join(cache, name)).equals(damaged)).toBe(false);
  }
  rmSync(cache, { recursive: true });
  writeFileSync(cache, "");
  expect(run().stdout).toBe("text of what was called");
});

test("what cannot be put in its place leaves nothing, and Node's own variables hold", () => {
  run();
  const [name = ""] = kept();
  rmSync(join(cache, name));
  mkdirSync(join(cache, name));
  run();
  expect(kept()).toEqual([name]);
  rmSync(cache, { recursive: true });
  run(undefined, undefined, { NODE_DISABLE_COMPILE_CACHE: "1" });
  expect(existsSync(cache)).toBe(false);
  run(undefined, undefined, { NODE_COMPILE_CACHE: join(root, "elsewhere") });
  expect([existsSync(cache), kept(join(root, "elsewhere"))]).toEqual([false, [name]]);
});

test("a file that is no bundle is Node's own to keep", () => {
  writeFileSync(file, bundle);
  expect(run().stdout).toBe("text of what was called");
  expect(kept()).toEqual([]);
});

test("every file that the build bundles is one", () => {
  for (const name of ["program", "providers", "quick-runtime", "runtime", "vendor-identity"])
    expect(readFileSync(join(__dirname, `../../bin/cli/${name}.js`), "utf8").startsWith(first)).toBe(true);
});

test("what others wait for is read without the packages that only many customers or a sign-in need", () => {
  const classes = ["CsvError", "PQueue", "ConfidentialClientApplication", "JsonWebTokenError"];
  const [quick, other] = ["quick-runtime", "runtime"].map((name) => {
    const text = readFileSync(join(__dirname, `../../bin/cli/${name}.js`), "utf8");
    return classes.filter((one) => text.includes(one));
  });
  expect({ quick, other }).toEqual({ quick: [], other: classes });
});
