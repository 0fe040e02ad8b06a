/** `up`: deploys a stack whose state holds no other code than this program's, and nothing more that the engine would delete. */
import { interruption } from "../../lib/startup/waiting";
import { printNote } from "../terminal/output";
import { exitCodes, ExitWith } from "../terminal/exit-code";
import { onceFree } from "../engine/busy";
import { busyIn } from "../engine/engine";
import { lostContainer } from "../engine/preview-failure";
import { deploy, type DeployOptions } from "../engine/deploy";
import { printing } from "../engine/run-on-stack";

export const up = async (options: DeployOptions): Promise<void> => {
  await onceFree(options.stack, async () => {
    await deployPrinting(options);
  });
};

async function deployPrinting(options: DeployOptions): Promise<void> {
  printNote(`Checking what a deployment of stack ${options.stack} would delete …`);
  const { succeeded, lines } = await printing(async (onLine) => await deploy(options, { onLine }));
  if (succeeded) return;
  interruption().throwIfAborted();
  const said = lines.join("\n");
  throw busyIn(options.stack, said) ?? lostContainer(options.stack, said) ?? new ExitWith(exitCodes.failed);
}
