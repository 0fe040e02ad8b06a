/** A person's tools: a browser that signs in through the pages, and the commands on PATH. */
import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { engineVersions } from "../../../embedded-cloud/engine/versions";
import { freePort } from "../../../embedded-cloud/free-port";
import type { Stage } from "../../cli/support/stage";

const script = join(__dirname, "..", "..", "..", "embedded-cloud", "bin", "sign-in-robot.js");
const mainFile = join(__dirname, "..", "..", "..", "bin", "cli", "main.js");

/** What runs the built command, in a shell. */
export const ownMain = `'${process.execPath}' '${mainFile}'`;

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

/** @param folder where its file is made @param sleep seconds before it begins */
export async function robotFor({ emulator }: Stage, folder: string, sleep = 0): Promise<string> {
  const file = join(folder, `robot-${sleep}`);
  const lines = [
    "#!/bin/sh",
    `sleep ${sleep}`,
    `SIGN_IN_ROBOT_ACCOUNT=${emulator.seeds.users.serviceAccount.userPrincipalName} exec '${process.execPath}' '${script}' "$@"`,
  ];
  await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o755 });
  return file;
}
