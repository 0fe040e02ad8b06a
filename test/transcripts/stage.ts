/** The environment of a page's command lines: their own embedded cloud with a stack, and a folder like a fresh clone. */
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { startDeployed } from "../e2e/support/deployed-once";
import { linkProgram, type Project, thatIsThere } from "../e2e/support/project";
import { circumstance, type Deployed } from "./circumstances";
import type { Ending, Line } from "./page";
import { withPlaceholders } from "./placeholders";
import { type Identity, runAz } from "../support/az/commands";
import { standInFor } from "../support/stand-in/program";
import { runInShell, type Surroundings } from "./shell";

export interface Stage {
  run: (line: Line) => Promise<Ending>;
  /** Every refresh token and client secret that was ever in its vault. */
  secrets: () => string[];
}

/** Variables of the current user that would change the commands' output. */
const changing = ["CI", "FORCE_COLOR", "GITHUB_REPOSITORY", "GITHUB_TOKEN", "SIGN_IN_ROBOT_ACCOUNT"];

export interface StageOptions {
  /** Who `az` acts as. Default: nobody, and it hands on its standard input. */
  signedIn?: (project: Project) => Identity;
  start?: () => Promise<Project>;
}

export async function withStage<T>(
  work: (stage: Stage) => Promise<T>,
  { signedIn, start = startDeployed }: StageOptions = {},
): Promise<T> {
  const project = await start();
  const az = signedIn && (await standInFor("az", ({ argv }) => runAz(project.emulator, signedIn(project), argv)));
  try {
    return await work(await stageOf(project, az?.folder));
  } finally {
    await az?.close();
    await project.close();
  }
}

async function stageOf(project: Project, az: string | undefined): Promise<Stage> {
  const outputs = await project.outputs();
  const vault = thatIsThere(project.subscription.vaults.get("partner-tokens"));
  const versions = (name: string) => thatIsThere(vault.secrets.get(name)).versions;
  const { refreshTokenName, credential } = outputs;
  const deployed: Deployed = {
    emulator: project.emulator,
    application: () => thatIsThere(project.tenant.applications.get(outputs.applicationObjectId)),
    refreshToken: () => thatIsThere(versions(refreshTokenName).at(-1)),
  };
  const inherited = Object.entries(project.environment).filter(([name]) => !changing.includes(name));
  const env = {
    ...Object.fromEntries(inherited),
    PATH: [...(az === undefined ? [] : [az]), await makeClone(project.folder), project.environment["PATH"]].join(
      delimiter,
    ),
    SECURE_APP_MODEL_VAULT: outputs.vaultUri,
    NO_COLOR: "1",
    PORT: String(project.signInPort),
  };
  const selected = await runInShell(`pulumi stack select ${project.stack}`, { cwd: project.folder, env });
  if (selected.code !== 0) throw new Error(selected.text);
  return {
    run: async ({ command, given }) => {
      const holding = given.map((word) => circumstance(word, deployed));
      let surroundings: Surroundings = { cwd: project.folder, env };
      for (const { surroundings: more } of holding) {
        surroundings = { ...surroundings, ...more, env: { ...surroundings.env, ...more?.env } };
      }
      try {
        const { code, text } = await runInShell(command, surroundings);
        return { code, text: withPlaceholders(text) };
      } finally {
        for (const { undo } of holding) undo?.();
        // Versions' times are in whole seconds, and one that ties with the next would count as the newest.
        const { clock } = project.emulator;
        if (deployed.refreshToken().created === Math.floor(clock.now() / 1000)) clock.advance(1000);
      }
    },
    secrets: () => [...versions(refreshTokenName), ...versions(credential.name)].map(({ value }) => value),
  };
}

/**
 * @returns a folder for PATH. The sign-in of this machine is not used: `az` passes on its standard input where the page has it print a token;
 * the command is on PATH of every test (test/support/make-run-folder.cjs).
 */
async function makeClone(folder: string): Promise<string> {
  await linkProgram(folder);
  const commands = join(folder, "commands");
  await mkdir(commands);
  await writeFile(join(commands, "az"), "#!/bin/sh\nexec cat\n", { mode: 0o755 });
  return commands;
}
