/** What a person has at hand: a browser that signs in through the pages, and the commands on PATH. */
import { copyFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { engineVersions } from "../../../embedded-cloud/engine/versions";
import { freePort } from "../../../embedded-cloud/free-port";
import type { Stage } from "../../cli/support/stage";
import { writeRobot } from "../../support/robot-here";

/** What runs the built command, in a shell: test/support/make-run-folder.cjs. */
export const ownMain = `'${join(process.env["TEST_RUN_FOLDER"] ?? "", "commands", "secure-app-model")}'`;

/**
 * A folder of commands to put first on PATH. A printed `consent` names no port, and tests share a machine: here it listens on
 * a free one. The doctor finds a fake engine.
 */
export async function commandsIn(folder: string): Promise<string> {
  const run = `exec ${ownMain} "$@"`;
  const port = await freePort();
  const own = `#!/bin/sh\n[ "$1" = consent ] && case "$*" in *--port*) ;; *) ${run} --port ${port} ;; esac\n${run}\n`;
  await writeFile(join(folder, "secure-app-model"), own, { mode: 0o755 });
  await writeFile(join(folder, "pulumi"), `#!/bin/sh\necho v${engineVersions.pulumi}\n`, { mode: 0o755 });
  return [folder, process.env["PATH"]].join(delimiter);
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

/** @param folder where its file is made */
export async function robotFor({ emulator }: Stage, folder: string): Promise<string> {
  const file = join(folder, "robot");
  await writeRobot(file, emulator.seeds.users.serviceAccount.userPrincipalName);
  return file;
}
