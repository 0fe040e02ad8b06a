/** The program compared with an empty one, and with its sources under Pulumi's default TypeScript set-up. */
import { cp, mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { alternately, type Life, lifeOf, middle } from "./measure";
import { emptyFolder, emptyProject, type Stage } from "./stage";

export interface ProgramFigures {
  /** From process start until the program is loaded. */
  load: Pair;
  /** The same without a compile cache, as in CI; compared with Pulumi's default TypeScript set-up. */
  firstLoad: Pair;
  /** A whole preview without refresh. */
  preview: Pair;
}

interface Pair {
  ours: Life;
  other: Life;
}

/** The default of @pulumi/pulumi's own runner: types are checked at every start. */
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
  const load = (cwd: string, code: string, env = {}) =>
    lifeOf({ command: process.execPath, argv: ["-e", code], cwd, env: { ...stage.env, ...env } }, records, () => true);
  const program = `require("./bin/index.js"); require("./bin/program/model.js")`;
  const empty = await emptyProject(stage, "empty", `require("@pulumi/pulumi");\n`);
  const isProgram = (argv: string[]) => argv.some((word) => /cmd.run/u.test(word));
  const preview = (folder: string) => lifeOf(stage.pulumi(folder, "preview"), records, isProgram);
  return {
    load: await takeTurns(
      7,
      () => load(stage.repository, program),
      () => load(stage.repository, `require("@pulumi/pulumi")`),
    ),
    firstLoad: await takeTurns(
      3,
      () => load(stage.repository, program, { NODE_DISABLE_COMPILE_CACHE: "1" }),
      // Its compile cache is in the temporary folder.
      async () => await load(sources, defaultSetUp, { TMPDIR: await mkdtemp(join(sources, "tmp-")) }),
    ),
    preview: await takeTurns(
      7,
      () => preview(stage.repository),
      () => preview(empty),
    ),
  };
}

async function takeTurns(...sides: Parameters<typeof alternately<Life>>): Promise<Pair> {
  const [ours, other] = await alternately(...sides);
  return { ours: middle(ours), other: middle(other) };
}

/** The sources in the build's own stamp. */
async function copySources(stage: Stage): Promise<string> {
  const folder = await emptyFolder(stage, "typescript");
  const stamp = await readFile(join(stage.repository, "bin", ".stamp"), "utf8");
  for (const name of (JSON.parse(stamp) as { sources: string[] }).sources) {
    await cp(join(stage.repository, name), join(folder, name), { recursive: true });
  }
  return folder;
}
