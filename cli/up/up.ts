/** `up`: deploys a stack whose state holds no other code than this program's. */
import { interruption } from "../../lib/startup/waiting";
import { exitCodes, ExitWith } from "../terminal/exit-code";
import { onceFree } from "../engine/busy";
import { busyIn } from "../engine/engine";
import { lostContainer } from "../engine/preview-failure";
import { deploys, runPrinting } from "../engine/run-on-stack";
import type { StackOptions } from "../options/target-options";

export const up = async (options: StackOptions): Promise<void> => {
  await onceFree(options.stack, async () => {
    await deploy(options);
  });
};

async function deploy(options: StackOptions): Promise<void> {
  const { succeeded, lines } = await runPrinting(options, deploys.argv, { ending: deploys.ending });
  if (succeeded) return;
  interruption().throwIfAborted();
  const said = lines.join("\n");
  throw busyIn(options.stack, said) ?? lostContainer(options.stack, said) ?? new ExitWith(exitCodes.failed);
}
