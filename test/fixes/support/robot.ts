/** What a person has at hand: a browser that signs in through the pages, and the engine on PATH. */
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { engineVersions } from "../../../tools/embedded-cloud/engine/versions";
import type { Stage } from "../../cli/support/stage";
import { repository } from "../../e2e/support/dev-configuration";
import type { Project } from "../../e2e/support/project";
import { writeRobot } from "../../support/robot-here";
import type { Terminal } from "./shell";

/** The engine of a folder to put first on PATH. */
const writePulumi = (folder: string, ...lines: string[]) =>
  writeFile(join(folder, "pulumi"), `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o755 });

/** Into a folder to put first on PATH: an engine that doctor finds. */
export const writeEngine = (folder: string): Promise<void> => writePulumi(folder, `echo v${engineVersions.pulumi}`);

/**
 * The shell of a person who works with a stack: `pulumi` needs no options for its place there, and asks no questions.
 * @param changes of the environment
 */
export async function terminalOf(project: Project, changes: NodeJS.ProcessEnv = {}): Promise<Terminal> {
  const { environment, folder, configFile, stack, signInPort } = project;
  const commands = join(folder, "commands");
  await mkdir(commands, { recursive: true });
  await writePulumi(
    commands,
    `export PATH='${environment["PATH"] ?? ""}'`,
    // What was printed for the stack names it; its file is elsewhere only here.
    `case "$*" in *--stack*) ;; config*|preview*|up*) set -- "$@" --stack ${stack} ;; esac`,
    `case "$*" in *--config-file*) ;; config*|preview*|up*) set -- "$@" --config-file '${configFile}' ;; esac`,
    `[ "$1" = up ] && set -- "$@" --skip-preview`,
    `exec pulumi "$@"`,
  );
  const PATH = [commands, environment["PATH"]].join(delimiter);
  return {
    env: { ...environment, PATH, PULUMI_SKIP_CONFIRMATIONS: "true", ...changes },
    cwd: repository,
    port: signInPort,
  };
}

/**
 * A browser that nobody sits at, where minutes are short (short-minutes.cjs); until somebody comes, who has all the time there is.
 * @param folder where its files are made @param robot who comes
 */
export async function nobodyIn(
  folder: string,
  robot: string,
): Promise<{ env: Record<string, string>; somebodyComes: () => Promise<void> }> {
  const [browser, short] = [join(folder, "somebody"), join(folder, "short-minutes")];
  await writeFile(browser, "#!/bin/sh\n", { mode: 0o755 });
  await writeFile(short, "");
  return {
    env: {
      BROWSER: browser,
      NODE_OPTIONS: requiring("short-minutes"),
      SHORT_MINUTES_WHILE: short,
    },
    somebodyComes: async () => {
      await copyFile(robot, browser);
      await rm(short);
    },
  };
}

/** NODE_OPTIONS of a process that preloads a file of this folder. */
export function requiring(preload: string): string {
  return [process.env["NODE_OPTIONS"], `--require ${join(__dirname, `${preload}.cjs`)}`].filter(Boolean).join(" ");
}

export async function robotFor({ emulator }: Stage, folder: string): Promise<string> {
  const file = join(folder, "robot");
  await writeRobot(file, emulator.seeds.users.serviceAccount.userPrincipalName);
  return file;
}
