/** A vault with one token, and a shell with a robot for a browser. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stage, stageForEach } from "../../cli/support/stage";
import type { Terminal } from "./printed";
import { commandsIn, ownMain, robotFor } from "./robot";

export interface Place {
  stage: Stage;
  terminal: Terminal;
  /** The refresh token that is stored. */
  token: string;
  /** The built command itself, without the one on PATH, which adds a free port. */
  main: string;
  /** The folder that goes first on PATH. */
  folder: string;
}

/** A new one for each test. @param use gets it */
export function placeForEach(use: (place: Place) => void): void {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fixes-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  stageForEach(async (stage) => {
    const token = await stage.storeToken();
    const BROWSER = await robotFor(stage, folder);
    use({
      stage,
      token,
      main: ownMain,
      folder,
      terminal: { env: stage.environment({ BROWSER, PATH: await commandsIn(folder) }) },
    });
  });
}

/** Of a fix of Entra's catalogue. */
export const numberIn = (fix: string): number => Number(/^AADSTS(\d+): /u.exec(fix)?.[1]);
