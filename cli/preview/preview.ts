/** `preview`: the engine's preview of a deployment, in the log and in one comment of the pull request. */
import { interruption } from "../../lib/startup/waiting";
import { exitCodes, ExitWith } from "../terminal/exit-code";
import { printNote, printProblem } from "../terminal/output";
import { type Previewed, previewBody } from "./comment";
import { withProposed } from "./proposed";
import { keepComment, pullRequestIn } from "../report/comment";
import { forComments } from "../report/purpose";
import { type PullRequest, requireTracker } from "../report/tracker";
import { asLooking, runPrinting } from "../engine/run-on-stack";
import type { StackOptions } from "../options/target-options";

export interface PreviewOptions extends StackOptions {
  reportTo?: string;
  /** Full id of a pull request's commit whose settings are previewed; default: those of the folder. */
  proposed?: string;
  /** Of the comment; default: the one that the workflow runs on. */
  pullRequest?: string;
}

export async function previewStack(options: PreviewOptions): Promise<void> {
  const tracker = requireTracker(options.reportTo, process.env, forComments);
  const pullRequest = tracker && pullRequestIn(tracker, process.env, options.pullRequest);
  const { proposed: commit, stack, cwd } = options;
  const previewed = await (commit === undefined
    ? previewOf(options)
    : withProposed({ stack, commit, cwd }, async (configFile) => await previewOf({ ...options, configFile })));
  // The output of an interrupted preview is incomplete.
  interruption().throwIfAborted();
  if (pullRequest !== undefined) await tell(pullRequest, previewed);
  if (!previewed.succeeded) throw new ExitWith(exitCodes.failed);
}

async function previewOf(options: PreviewOptions): Promise<Previewed> {
  const { stack, proposed } = options;
  const argv = ["preview", "--refresh", "--diff"];
  const { succeeded, lines } = await runPrinting(options, argv, { variables: asLooking });
  return { stack, succeeded, text: lines.join("\n"), ...(proposed !== undefined && { commit: proposed }) };
}

/** If the comment cannot be written, the job fails; the preview is in the log. */
async function tell(pullRequest: PullRequest, previewed: Previewed): Promise<void> {
  const subject = { label: "preview", of: "stack", name: previewed.stack } as const;
  try {
    const { action, url } = await keepComment(pullRequest, subject, previewBody(previewed, process.env), process.env);
    printNote(`Comment ${action}: ${url}`);
  } catch (error) {
    printProblem(error);
    throw new ExitWith(exitCodes.failed);
  }
}
