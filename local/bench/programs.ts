/** The program beside an empty one, and beside the same sources under Pulumi's default TypeScript set-up. */
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Life, lifeOf, middle, time } from "./measure";
import type { Stage } from "./stage";

export interface ProgramFigures {
  /** From process start until the program is loaded. */
  load: { ours: Life; empty: Life; typeScript: Life };
  /** A whole preview without refresh. */
  preview: { ours: Life; empty: Life };
}

const rounds = 7;

/** As @pulumi/pulumi's own runner registers it where a project does not say otherwise: types are checked at every start. */
const defaultSetUp = `
  const { typeScriptRequireStrings } = require("@pulumi/pulumi/cmd/run/../../tsutils");
  require(typeScriptRequireStrings().tsnodeRequire).register({
    skipProject: true,
    compiler: typeScriptRequireStrings().typescriptRequire,
    compilerOptions: { target: "ES2022", module: "nodenext", moduleResolution: "nodenext", skipLibCheck: true,
      lib: ["es2023", "es2024.promise"],
      strict: true,
      exactOptionalPropertyTypes: true,
      esModuleInterop: true },
  });
  require("./index.ts");`;

export async function measurePrograms(stage: Stage): Promise<ProgramFigures> {
  const records = join(stage.workDirectory, "records");
  const sources = await copySources(stage);
  const load = (cwd: string, code: string, env = stage.env) =>
    lifeOf({ command: process.execPath, words: ["-e", code], cwd, env }, records, () => true);
  const loaded = await takeTurns(
    () => load(stage.repository, `require("./bin/index.js")`),
    () => load(stage.repository, `require("@pulumi/pulumi")`),
  );
  const emptyProject = await makeEmptyProject(stage);
  const isProgram = (argv: string[]) => argv.some((word) => /cmd.run/u.test(word));
  const preview = (folder: string) => lifeOf(stage.pulumi(folder, "preview"), records, isProgram);
  const previewed = await takeTurns(
    () => preview(stage.repository),
    () => preview(emptyProject),
  );
  // What it compiled once it keeps in the temporary folder: a new one makes this a first start, as in CI.
  const typeScript = await load(sources, defaultSetUp, { ...stage.env, TMPDIR: sources });
  return { load: { ...loaded, typeScript }, preview: previewed };
}

async function takeTurns(ours: () => Promise<Life>, empty: () => Promise<Life>): Promise<{ ours: Life; empty: Life }> {
  const lives: { ours: Life[]; empty: Life[] } = { ours: [], empty: [] };
  for (let round = 0; round <= rounds; round++) {
    const pair = [await ours(), await empty()] as const;
    if (round === 0) continue;
    lives.ours.push(pair[0]);
    lives.empty.push(pair[1]);
  }
  return { ours: middle(lives.ours), empty: middle(lives.empty) };
}

async function copySources(stage: Stage): Promise<string> {
  const folder = await emptyFolder(stage, "typescript");
  for (const name of ["config", "components", "consent", "oauth", "vault", "index.ts"]) {
    await cp(join(stage.repository, name), join(folder, name), { recursive: true });
  }
  return folder;
}

async function makeEmptyProject(stage: Stage): Promise<string> {
  const folder = await emptyFolder(stage, "empty");
  const runtime = { name: "nodejs", options: { typescript: false } };
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "empty", runtime, main: "index.js" }));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "empty", main: "index.js" }));
  await writeFile(join(folder, "index.js"), `require("@pulumi/pulumi");\n`);
  await time({ ...stage.pulumi(folder), words: ["stack", "init", "bench", "--non-interactive"] });
  return folder;
}

async function emptyFolder(stage: Stage, name: string): Promise<string> {
  const folder = join(stage.workDirectory, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await symlink(join(stage.repository, "node_modules"), join(folder, "node_modules"));
  return folder;
}
