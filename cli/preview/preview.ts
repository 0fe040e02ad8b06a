/** `preview`: the engine's preview of a deployment, in the log and in one comment of the pull request. */
import { interruption } from "../../lib/startup/waiting";
import { exitCodes, ExitWith } from "../terminal/exit-code";
import { printNote } from "../terminal/output";
import { previewBody } from "./comment";
import { withProposed } from "./proposed";
import { gitHubForComments, keepComment } from "../report/comment";
import { lostContainer } from "../engine/preview-failure";
import { asLooking, runPrinting } from "../engine/run-on-stack";
import type { StackOptions } from "../options/target-options";

export interface PreviewOptions extends StackOptions {
  /** Full id of a pull request's commit whose settings are previewed; default: those of the folder. */
  proposed?: string;
  /** With the comment. */
  pullRequest?: string;
}

export async function previewStack(options: PreviewOptions): Promise<void> {
  const { stack, cwd, proposed: commit, pullRequest } = options;
  if (pullRequest !== undefined) gitHubForComments(pullRequest, process.env);
  const preview = async (one: StackOptions) =>
    await runPrinting(one, ["preview", "--refresh", "--diff"], { variables: asLooking });
  const { succeeded, lines } = await (commit === undefined
    ? preview(options)
    : withProposed({ stack, commit, cwd }, async (configFile) => await preview({ ...options, configFile })));
  // The output of an interrupted preview is incomplete.
  interruption().throwIfAborted();
  if (pullRequest !== undefined) {
    const subject = { label: "preview", of: "stack", name: stack } as const;
    const body = previewBody({ stack, succeeded, commit, text: lines.join("\n") }, process.env);
    const { action, url } = await keepComment(pullRequest, subject, body, process.env);
    printNote(`Comment ${action}: ${url}`);
  }
  if (!succeeded) throw lostContainer(stack, lines.join("\n")) ?? new ExitWith(exitCodes.failed);
}
