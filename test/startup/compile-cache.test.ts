import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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
const stamped = (text: string): string => `// ${createHash("sha256").update(text).digest("hex")}\n${text}`;
const file = join(root, "bin", "bundle.js");

beforeEach(() => {
  rmSync(join(root, "bin"), { recursive: true, force: true });
  mkdirSync(join(root, "bin/lib/startup"), { recursive: true });
  cpSync(join(__dirname, "..", "..", built), join(root, built));
  writeFileSync(file, stamped(bundle));
});

function run(code = "process.stdout.write(bundle())", task = "token"): { status: number | null; stdout: string } {
  const load = `require("./${built}").keepBundlesCompiled("${task}"); const bundle = require("./bin/bundle.js");`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", load + code], { cwd: root, encoding: "utf8" });
  expect(stderr).toBe("");
  return { status, stdout };
}

const kept = (): string[] => readdirSync(cache).filter((name) => /^[0-9a-f]{64}-v/u.test(name));
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
  expect(kept().map((name) => name.slice(64))).toEqual([`-${process.version}-drift`, `-${process.version}-token`]);
  writeFileSync(file, stamped(bundle.replace("was called", "is called")));
  expect(run().stdout).toBe("text of what is called");
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
  writeFileSync(join(cache, name), "damaged");
  expect(run().stdout).toBe("text of what was called");
  expect(textOf(name)).toContain("text of what was called");
  rmSync(cache, { recursive: true });
  writeFileSync(cache, "");
  expect(run().stdout).toBe("text of what was called");
});

test("a file without the stamp is Node's own to keep", () => {
  writeFileSync(file, bundle);
  expect(run().stdout).toBe("text of what was called");
  expect(kept()).toEqual([]);
});

test("every bundle that the build makes has one of its own text", () => {
  for (const name of ["program", "providers", "quick-runtime", "runtime", "vendor-identity"]) {
    const [first = "", ...rest] = readFileSync(join(__dirname, `../../bin/cli/${name}.js`), "utf8").split("\n");
    expect(stamped(rest.join("\n")).split("\n", 1)).toEqual([first]);
  }
});
