/** `preview`: the engine's preview of a deployment, in the log and in one comment of the pull request. */
import { asLooking } from "../../lib/config/own-variables";
import { interruption } from "../../lib/startup/waiting";
import { exitCodes, ExitWith } from "../terminal/exit-code";
import { lookOf, subjectOf } from "./look";
import { withProposed } from "./proposed";
import { printTold, Reporter, type TellOptions } from "../report/reporter";
import { lostContainer } from "../engine/preview-failure";
import { printing, runOnStack } from "../engine/run-on-stack";
import type { StackOptions } from "../options/target-options";

export interface PreviewOptions extends StackOptions, Pick<TellOptions, "markdown" | "pullRequest"> {
  /** Full id of a pull request's commit whose settings are previewed; default: those of the folder. */
  proposed?: string;
}

export async function previewStack(options: PreviewOptions): Promise<void> {
  const { stack, cwd, proposed: commit } = options;
  const reporter = new Reporter(options, process.env);
  const preview = async (one: StackOptions) =>
    await printing(
      async (onLine) => await runOnStack(one, ["preview", "--refresh", "--diff"], { variables: asLooking, onLine }),
    );
  const { succeeded, lines } = await reporter.orUnknown(
    subjectOf(stack),
    async () =>
      await (commit === undefined
        ? preview(options)
        : withProposed({ stack, commit, cwd }, async (configFile) => await preview({ ...options, configFile }))),
  );
  // The output of an interrupted preview is incomplete.
  interruption().throwIfAborted();
  const told = await reporter.tell([lookOf({ stack, succeeded, commit, text: lines.join("\n") }, process.env)]);
  printTold(told);
  if (!succeeded) throw lostContainer(stack, lines.join("\n")) ?? new ExitWith(exitCodes.failed);
  if (told.errors.length > 0) throw new ExitWith(exitCodes.failed);
}
