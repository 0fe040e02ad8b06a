import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { findRepository } from "../../engine/repository";
import { temporaryFolder, writeExecutable } from "./fixtures";

const folder = temporaryFolder();
const launcher = join(folder.path, "pulumi-language-nodejs");
const program = join(folder.path, "project", "bin");

beforeAll(() => {
  copyFileSync(join(findRepository(), "tools", "embedded-cloud", "engine", "language-nodejs", "launch.sh"), launcher);
  writeExecutable(join(folder.path, "language-nodejs"), `#!/bin/sh\nfor word; do echo "$word"; done\n`);
  mkdirSync(program, { recursive: true });
});
afterAll(folder.remove);

/** The language host's arguments when the engine passes its own address. */
function startedWith(project: string | undefined): string[] {
  const file = join(program, "..", "Pulumi.yaml");
  rmSync(file, { force: true });
  if (project !== undefined) writeFileSync(file, project);
  const output = execFileSync("/bin/sh", [launcher, "127.0.0.1:1"], { cwd: program, encoding: "utf8" });
  return output.trimEnd().split("\n");
}

test.each([
  ["no Pulumi.yaml", undefined, "true", ""],
  ["no options", "name: a\nruntime: nodejs\n", "true", ""],
  ["options as JSON", JSON.stringify({ runtime: { options: { typescript: false } } }), "false", ""],
  [
    "options for Node",
    "runtime:\n  options:\n    typescript: false\n    # a word\n    nodeargs: --a=1 --b\nmain: bin/index.js\n",
    "false",
    "--a=1 --b",
  ],
])("a project with %s", (_, project, typescript, nodeargs) => {
  expect(startedWith(project)).toEqual([`-typescript=${typescript}`, `-nodeargs=${nodeargs}`, "127.0.0.1:1"]);
});

test("this project's own options", () => {
  const output = execFileSync("/bin/sh", [launcher, "address"], {
    cwd: join(findRepository(), "test"),
    encoding: "utf8",
  });
  expect(output).toBe("-typescript=false\n-nodeargs=--max-semi-space-size=2\naddress\n");
});
