/** Comments of a pull request on GitHub. */
import * as v from "valibot";
import { sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { GitHub } from "./github";
import { forComments, type PullRequest, type WrittenComment } from "./tracker";

const comment = v.object({
  id: v.number(),
  html_url: v.string(),
  body: v.nullish(v.string()),
  user: v.nullish(v.object({ type: v.string() })),
});

/** @param number default: the workflow's @throws UsageError without a pull request, repository or token */
export function gitHubPullRequest(environment: NodeJS.ProcessEnv, number?: string): PullRequest {
  const gitHub = new GitHub(environment, forComments);
  const comments = `/issues/${number ?? numberIn(environment)}/comments`;
  return {
    find: async (beginning) => {
      const all = await gitHub.list(`${comments}?`, v.array(comment), (page) => page);
      // Anybody who may comment can write the marker; only a workflow, or an installed app, writes as a bot.
      const ours = all.find((one) => one.user?.type === "Bot" && one.body?.startsWith(beginning));
      return ours && written(ours);
    },
    write: async (body) => written(await gitHub.ask("POST", comments, comment, { body })),
    rewrite: async (path, body) => await gitHub.ask("PATCH", path, comment, { body }),
  };
}

const written = ({ id, html_url: url }: v.InferOutput<typeof comment>): WrittenComment => ({
  path: `/issues/comments/${id}`,
  url,
});

function numberIn({ GITHUB_REF = "" }: NodeJS.ProcessEnv): string {
  const [, number] = /^refs\/pull\/(\d+)\/merge$/u.exec(GITHUB_REF) ?? [];
  if (number !== undefined) return number;
  throw new UsageError(
    `A comment needs a pull request, and GITHUB_REF is "${GITHUB_REF}".`,
    sentence("Use it in a workflow that runs for a pull request, or name the number."),
  );
}
