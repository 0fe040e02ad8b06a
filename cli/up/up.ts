/** `up`: deploys a stack whose state holds no other code than this program's. */
import { interruption } from "../../lib/startup/waiting";
import { exitCodes, ExitWith } from "../terminal/exit-code";
import { lostContainer } from "../engine/preview-failure";
import { deploys, runPrinting } from "../engine/run-on-stack";
import type { StackOptions } from "../options/target-options";

export async function up(options: StackOptions): Promise<void> {
  const { succeeded, lines } = await runPrinting(options, deploys.argv, { ending: deploys.ending });
  if (succeeded) return;
  interruption().throwIfAborted();
  throw lostContainer(options.stack, lines.join("\n")) ?? new ExitWith(exitCodes.failed);
}
