/** A vault with one token, and a shell with a robot for a browser. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { FixDocument } from "../../../lib/errors/document";
import type { Finished } from "../../cli/support/built-command";
import { type Stage, stageForEach } from "../../cli/support/stage";
import { azForAll } from "./here";
import { type FixProof, proveFix, type Terminal } from "./printed";
import { robotFor, writeCommands } from "./robot";

export interface Place {
  stage: Stage;
  terminal: Terminal;
  token: string;
  /** The folder that goes first on PATH. */
  folder: string;
}

export interface Situation extends Omit<FixProof, "fix"> {
  env?: NodeJS.ProcessEnv;
  proven?: (result: { fix: FixDocument; after: Finished }) => unknown;
}

/**
 * A new one for each test. @param use gets it @param account with which `az` is there
 * @returns what registers a test: in the situation the fix is printed, and run
 */
export function placeForEach(
  use: (place: Place) => void,
  account?: "administrator" | "deployer",
): (fix: string, situation: () => Situation | Promise<Situation>) => void {
  let folder: string;
  let place: Place;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fixes-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  stageForEach(async (stage) => {
    const token = await stage.storeToken();
    const BROWSER = await robotFor(stage, folder);
    await writeCommands(folder);
    const PATH = [folder, ...(az === undefined ? [] : [az()]), process.env["PATH"]].join(delimiter);
    place = { stage, token, folder, terminal: { env: stage.environment({ BROWSER, PATH }) } };
    use(place);
  });
  const az = account && azForAll(() => place.stage.emulator, account);
  return (fix, situation) => {
    test(fix, async () => {
      const { env, proven, ...proof } = await situation();
      const result = await proveFix({ env: { ...place.terminal.env, ...env } }, { ...proof, fix });
      await proven?.(result);
    });
  };
}
