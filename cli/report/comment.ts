/** One comment of a pull request about one subject, updated in place. */
import { sentence } from "../../lib/errors/failure";
import { withoutSecrets } from "../../lib/errors/secrets";
import { UsageError } from "../terminal/exit-code";
import { gitHubPullRequest } from "./github-comments";
import { azurePullRequest } from "./pull-request-threads";
import type { TrackerName, PullRequest } from "./tracker";
import { marker, seenBy, type Subject } from "./seen";

/** @param number default: the workflow's @throws UsageError without a pull request, repository or token */
export function pullRequestIn(tracker: TrackerName, environment: NodeJS.ProcessEnv, number?: string): PullRequest {
  if (number !== undefined && !/^\d{1,10}$/u.test(number))
    throw new UsageError(`There is no pull request "${number}".`, sentence("Name it by the number in its address."));
  return (tracker === "github" ? gitHubPullRequest : azurePullRequest)(environment, number);
}

/** @param body Markdown @param environment of a workflow's job @throws Failure when the tracker refuses */
export async function keepComment(
  pullRequest: PullRequest,
  subject: Subject,
  body: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ action: "written" | "updated"; url: string }> {
  const beginning = `${marker(subject)} -->\n\n`;
  const text = beginning + withoutSecrets(`${body}\n\nSeen${seenBy(environment)}.`);
  const ours = await pullRequest.find(beginning);
  if (ours === undefined) return { action: "written", url: (await pullRequest.write(text)).url };
  await pullRequest.rewrite(ours.path, text);
  return { action: "updated", url: ours.url };
}
