/** `exec`, built, on an emulator with a token of the service account, and a folder of the test's own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
