/** One comment of a pull request about one subject, updated in place. */
import { withoutSecrets } from "../../errors/secrets";
import { GitHubComments } from "./github-comments";
import { PullRequestThreads } from "./pull-request-threads";
import { seenBy, type Subject } from "./seen";
import type { PullRequest } from "./tracker";
import type { TrackerName } from "./tracker-names";

export interface KeptComment {
  action: "written" | "updated";
  url: string;
}

/** @throws UsageError without a pull request, repository or token */
export const pullRequestIn = (tracker: TrackerName, environment: NodeJS.ProcessEnv): PullRequest =>
  tracker === "github" ? new GitHubComments(environment) : new PullRequestThreads(environment);

/** @param body Markdown @param environment of a workflow's job @throws Failure when the tracker refuses */
export async function keepComment(
  pullRequest: PullRequest,
  subject: Subject,
  body: string,
  environment: NodeJS.ProcessEnv,
): Promise<KeptComment> {
  const text = withoutSecrets(`${body}\n\nSeen${seenBy(environment)}.`);
  const ours = await pullRequest.find(subject);
  if (ours === undefined) return { action: "written", url: (await pullRequest.write(subject, text)).url };
  await pullRequest.rewrite(ours, subject, text);
  return { action: "updated", url: ours.url };
}
