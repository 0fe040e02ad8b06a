/** Where the engine keeps a stack's files: each form of `pulumi login` with a folder, as the engine itself reads it. */
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateCheck } from "../../../cli/doctor/checks/interrupted";
import { findStateFiles, folderOf } from "../../../cli/doctor/state-files";
import { engineEnvironment } from "../../../embedded-cloud/engine/engine-environment";
import { findOrMakeEngine } from "../../../embedded-cloud/engine/find-or-make-engine";
import { temporaryFolder } from "../../support/temporary-folder";
import { known } from "../support/told";

const cwd = temporaryFolder();
const absent = `absent-${randomUUID()}`;
const environmentOf = async (url: string) => {
  const engine = await findOrMakeEngine();
  return { ...engineEnvironment({ engine, workDirectory: cwd }), HOME: cwd, PULUMI_BACKEND_URL: url };
};
const run = (environment: NodeJS.ProcessEnv, ...argv: string[]) =>
  spawnSync("pulumi", [...argv, "--non-interactive"], { cwd, env: environment, encoding: "utf8" });

beforeAll(() => {
  writeFileSync(join(cwd, "Pulumi.yaml"), "name: &name forms\nruntime: nodejs\ndescription: *name\n");
});

test.each(["~/", "~/with%20space-", "./", "", `${cwd}/`, `${cwd}/what%3F-`])("file://%s<folder>", async (before) => {
  for (const options of ["", "?no_tmp_dir=true", "#else"]) {
    const url = `file://${before}${absent}${options}`;
    const { stderr } = run(await environmentOf(url), "stack", "ls");
    const [, read] = /: stat (\/.*): no such file or directory/u.exec(stderr) ?? [stderr];
    expect(folderOf(url, cwd)).toBe(read);
  }
});

test.each([
  ["file://~", ""],
  ["file:///C:/state", "C:/state"],
])("%s", (url, below) => {
  expect(folderOf(url, cwd)).toBe(below === "" ? folderOf("file://~/x", cwd).slice(0, -2) : join(cwd, below));
});

test("a stack's torn file is found there", async () => {
  const environment = await environmentOf("file://.");
  run(environment, "stack", "init", "dev");
  const file = join(cwd, ".pulumi", "stacks", "forms", "dev.json.attrs");
  writeFileSync(file, "{");
  const engine = { cwd, environment };
  expect(await findStateFiles(engine, "dev")).toEqual({
    ...{ isThere: true, locks: [] },
    damages: [{ file, remedy: "remove" }],
  });
  const none = { isThere: false, damages: [], locks: [] };
  expect(await findStateFiles(engine, "other")).toEqual(none);
  const { what } = await stateCheck.look(known({ stateFiles: none }));
  expect(what).toBe("there is none");
});
