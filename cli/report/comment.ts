/** One comment of a pull request about one subject on GitHub, updated in place. */
import * as v from "valibot";
import { sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { GitHub } from "./github";
import type { Kept } from "./issue";
import { isOurs, type Look, markdownOf, withMarker } from "./look";

const comment = v.object({
  id: v.number(),
  html_url: v.string(),
  body: v.nullish(v.string()),
  user: v.nullish(v.object({ type: v.string() })),
});

/** @throws UsageError if `number` is not a number, and without a repository or token */
export function gitHubForComments(number: string, environment: NodeJS.ProcessEnv): GitHub {
  if (!/^\d{1,10}$/u.test(number))
    throw new UsageError(`There is no pull request "${number}".`, sentence("Name it by the number in its address."));
  return new GitHub(environment, "pull-requests: write");
}

/** @param number of the pull request @throws UsageError as above; Failure when GitHub refuses */
export async function keepComment(number: string, look: Look, environment: NodeJS.ProcessEnv): Promise<Kept> {
  const gitHub = gitHubForComments(number, environment);
  const comments = `/issues/${number}/comments`;
  const content = { body: withMarker(look, markdownOf(look, environment)) };
  const all = await gitHub.list(`${comments}?`, v.array(comment), (page) => page);
  const ours = all.find((one) => isOurs(look, one));
  if (ours === undefined)
    return { action: "written", url: (await gitHub.ask("POST", comments, comment, content)).html_url };
  await gitHub.ask("PATCH", `/issues/comments/${ours.id}`, comment, content);
  return { action: "edited", url: ours.html_url };
}
