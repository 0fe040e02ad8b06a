/** One comment of a pull request about one subject, updated in place. */
import * as v from "valibot";
import { sentence } from "../../errors/failure";
import { UsageError } from "../exit-code";
import { forComments, GitHub } from "./github";
import { marker, seenBy, type Subject } from "./seen";

export interface KeptComment {
  action: "written" | "updated";
  url: string;
}

const comment = v.object({
  id: v.number(),
  html_url: v.string(),
  body: v.nullish(v.string()),
  user: v.nullish(v.object({ type: v.string() })),
});

/** The number of the pull request that a workflow's run is about. @throws UsageError where it is about none */
export function pullRequestIn({ GITHUB_REF = "" }: NodeJS.ProcessEnv): number {
  const [, number] = /^refs\/pull\/(\d+)\/merge$/u.exec(GITHUB_REF) ?? [];
  if (number !== undefined) return Number(number);
  throw new UsageError(
    `A comment needs a pull request, and GITHUB_REF is "${GITHUB_REF}".`,
    sentence("Ask for it in a workflow that runs on pull_request."),
  );
}

/**
 * @param body Markdown @param environment of a workflow's job
 * @throws UsageError without a pull request, repository or token; Failure when GitHub refuses
 */
export async function keepComment(
  subject: Subject,
  body: string,
  environment: NodeJS.ProcessEnv,
): Promise<KeptComment> {
  const gitHub = new GitHub(environment, forComments);
  const comments = `/issues/${pullRequestIn(environment)}/comments`;
  const text = [`${marker(subject)} -->`, body, `Seen${seenBy(environment)}.`].join("\n\n");
  const all = await gitHub.list(`${comments}?`, v.array(comment), (page) => page);
  // Whoever may comment can write the marker; only a workflow, or an app that was let in, writes as a bot.
  const ours = all.find((one) => one.user?.type === "Bot" && one.body?.startsWith(`${marker(subject)} -->`));
  const { html_url: url } =
    ours === undefined
      ? await gitHub.ask("POST", comments, comment, { body: text })
      : await gitHub.ask("PATCH", `/issues/comments/${ours.id}`, comment, { body: text });
  return { action: ours === undefined ? "written" : "updated", url };
}
