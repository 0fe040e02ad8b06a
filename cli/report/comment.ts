/** One comment of a pull request about one subject, updated in place. */
import * as v from "valibot";
import { sentence } from "../../lib/errors/failure";
import { withoutSecrets } from "../../lib/errors/secrets";
import { UsageError } from "../terminal/exit-code";
import { GitHub } from "./github";
import { marker, seenBy, type Subject } from "./seen";

const comment = v.object({
  id: v.number(),
  html_url: v.string(),
  body: v.nullish(v.string()),
  user: v.nullish(v.object({ type: v.string() })),
});

/** @throws UsageError for a number that is none, and without a repository or token */
export function gitHubForComments(number: string, environment: NodeJS.ProcessEnv): GitHub {
  if (!/^\d{1,10}$/u.test(number))
    throw new UsageError(`There is no pull request "${number}".`, sentence("Name it by the number in its address."));
  return new GitHub(environment, "pull-requests: write");
}

/** @param number of the pull request @param body Markdown @throws UsageError as above; Failure when GitHub refuses */
export async function keepComment(
  number: string,
  subject: Subject,
  body: string,
  environment: NodeJS.ProcessEnv,
): Promise<{ action: "written" | "updated"; url: string }> {
  const gitHub = gitHubForComments(number, environment);
  const comments = `/issues/${number}/comments`;
  const beginning = `${marker(subject)} -->\n\n`;
  const content = { body: beginning + withoutSecrets(`${body}\n\nSeen${seenBy(environment)}.`) };
  const all = await gitHub.list(`${comments}?`, v.array(comment), (page) => page);
  // Anybody who may comment can write the marker; only a workflow, or an installed app, writes as a bot.
  const ours = all.find((one) => one.user?.type === "Bot" && one.body?.startsWith(beginning));
  if (ours === undefined)
    return { action: "written", url: (await gitHub.ask("POST", comments, comment, content)).html_url };
  await gitHub.ask("PATCH", `/issues/comments/${ours.id}`, comment, content);
  return { action: "updated", url: ours.html_url };
}
