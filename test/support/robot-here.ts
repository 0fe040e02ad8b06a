/** The sign-in robot as a BROWSER command whose work is done in this process; in the soak it is a process of its own. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runRobot } from "../../tools/embedded-cloud/sign-in-robot";
import { repository } from "../e2e/support/dev-configuration";
import { isSoak } from "../e2e/support/soak";
import { answerCalls, passedTo } from "./stand-in/program";

const program = join(repository, "tools", "embedded-cloud", "bin", "sign-in-robot.js");

let port: Promise<number> | undefined;

/** @param account user principal name, where SIGN_IN_ROBOT_ACCOUNT names no other one */
export async function writeRobot(file: string, account: string): Promise<void> {
  port ??= answerCalls("sign-in-robot", async ({ argv, environment }) => ({
    stdout: "",
    ...(await runRobot(argv, environment)),
  })).then((server) => server.port);
  const words = isSoak ? `'${process.execPath}' '${program}'` : passedTo(await port);
  const lines = [`export SIGN_IN_ROBOT_ACCOUNT="\${SIGN_IN_ROBOT_ACCOUNT:-${account}}"`, `exec ${words} "$@"`];
  await writeFile(file, `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o755 });
}
