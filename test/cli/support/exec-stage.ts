/** `exec`, built, on an emulator with a token of the service account, and a folder of the test's own. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryFolder } from "../../support/github/workflow";
import { builtCommand, type Finished } from "./built-command";
import { type Stage, stageForEach } from "./stage";

interface Exec {
  /** The first of the seeded ones. */
  customer: () => Stage["emulator"]["seeds"]["customers"][0];
  /** @param argv its own and the command's */
  exec: (argv: string[], variables?: Record<string, string>) => Promise<Finished>;
}

/** Before each test of a file. @param use gets what is new for it */
export function execForEach(use: (fresh: { stage: Stage; folder: string }) => void): Exec {
  let stage: Stage;
  let folder: string;
  stageForEach(async (fresh) => {
    stage = fresh;
    folder = await mkdtemp(join(tmpdir(), "exec-"));
    await stage.storeToken();
    use({ stage, folder });
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });
  return {
    customer: () => stage.emulator.seeds.customers[0],
    exec: (argv, variables = {}) => builtCommand(["exec", ...argv], "", stage.environment(variables)),
  };
}

/** The code in a row of docs/exec.md's table of tools. */
export function printedFor(tool: string): string {
  const page = readFileSync(join(repositoryFolder, "docs/exec.md"), "utf8");
  const row = page.split("\n").find((one) => one.startsWith(`| ${tool}`)) ?? "";
  const [, code] = /`([^`]+)` \|$/u.exec(row) ?? [];
  if (code === undefined) throw new Error(`docs/exec.md has no line for ${tool}.`);
  return code;
}
