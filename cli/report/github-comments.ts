/** Comments of a pull request on GitHub. */
import * as v from "valibot";
import { sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { GitHub } from "./github";
import { forComments } from "./purpose";
import { marker, type Subject } from "./seen";
import type { PullRequest, WrittenComment } from "./tracker";

const comment = v.object({
  id: v.number(),
  html_url: v.string(),
  body: v.nullish(v.string()),
  user: v.nullish(v.object({ type: v.string() })),
});

export class GitHubComments implements PullRequest {
  readonly #gitHub: GitHub;
  readonly #comments: string;

  /** @throws UsageError without a pull request, repository or token */
  constructor(environment: NodeJS.ProcessEnv, number?: string) {
    this.#gitHub = new GitHub(environment, forComments);
    this.#comments = `/issues/${number ?? pullRequestIn(environment)}/comments`;
  }

  async find(subject: Subject): Promise<WrittenComment | undefined> {
    const all = await this.#gitHub.list(`${this.#comments}?`, v.array(comment), (page) => page);
    // Anybody who may comment can write the marker; only a workflow, or an installed app, writes as a bot.
    const ours = all.find((one) => one.user?.type === "Bot" && one.body?.startsWith(textOf(subject, "")));
    return ours && written(ours);
  }

  async write(subject: Subject, body: string): Promise<WrittenComment> {
    return written(await this.#gitHub.ask("POST", this.#comments, comment, { body: textOf(subject, body) }));
  }

  async rewrite({ path }: WrittenComment, subject: Subject, body: string): Promise<void> {
    await this.#gitHub.ask("PATCH", path, comment, { body: textOf(subject, body) });
  }
}

const textOf = (subject: Subject, body: string): string => `${marker(subject)} -->\n\n${body}`;

const written = ({ id, html_url: url }: v.InferOutput<typeof comment>): WrittenComment => ({
  path: `/issues/comments/${id}`,
  url,
});

function pullRequestIn({ GITHUB_REF = "" }: NodeJS.ProcessEnv): string {
  const [, number] = /^refs\/pull\/(\d+)\/merge$/u.exec(GITHUB_REF) ?? [];
  if (number !== undefined) return number;
  throw new UsageError(
    `A comment needs a pull request, and GITHUB_REF is "${GITHUB_REF}".`,
    sentence("Ask for it in a workflow that runs for a pull request, or name its number."),
  );
}
