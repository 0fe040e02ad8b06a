/** Threads of a pull request in Azure Repos, each with one comment of ours. Not verified against a live organization. */
import * as v from "valibot";
import { sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { AzureDevOps } from "./azure-devops";
import { forComments } from "./purpose";
import { marker, type Subject } from "./seen";
import type { PullRequest, WrittenComment } from "./tracker";

const thread = v.object({
  id: v.number(),
  isDeleted: v.nullish(v.boolean()),
  comments: v.array(
    v.object({ id: v.number(), content: v.nullish(v.string()), author: v.nullish(v.object({ id: v.string() })) }),
  ),
});
const threads = v.object({ value: v.array(thread) });
const connection = v.object({ authenticatedUser: v.object({ id: v.string() }) });

export class PullRequestThreads implements PullRequest {
  readonly #azureDevOps: AzureDevOps;
  readonly #pullRequest: string;
  readonly #number: string;

  /** @throws UsageError without a pull request, or with what else is missing */
  constructor(environment: NodeJS.ProcessEnv, named?: string) {
    const { SYSTEM_PULLREQUEST_PULLREQUESTID, BUILD_REPOSITORY_ID: repository } = environment;
    const number = named ?? SYSTEM_PULLREQUEST_PULLREQUESTID;
    this.#azureDevOps = new AzureDevOps(environment, forComments);
    if (!number || !repository)
      throw new UsageError(
        "A comment needs a pull request, and SYSTEM_PULLREQUEST_PULLREQUESTID or BUILD_REPOSITORY_ID is not set.",
        sentence("Ask for it in a build that a branch policy of Azure Repos runs for pull requests."),
      );
    this.#number = number;
    this.#pullRequest = `_apis/git/repositories/${encodeURIComponent(repository)}/pullRequests/${encodeURIComponent(number)}/threads`;
  }

  async find(subject: Subject): Promise<WrittenComment | undefined> {
    const { value } = await this.#azureDevOps.ask("GET", this.#pullRequest, threads);
    // Anybody who may comment can write the marker, so the author is compared.
    const { authenticatedUser } = await this.#azureDevOps.ask("GET", "../_apis/connectionData", connection);
    const ours = value.find(({ isDeleted, comments: [first] }) => {
      const isOurs = first?.author?.id === authenticatedUser.id && first.content?.startsWith(textOf(subject, ""));
      return isDeleted !== true && isOurs === true;
    });
    return ours && this.#written(ours);
  }

  async write(subject: Subject, body: string): Promise<WrittenComment> {
    const comments = [{ parentCommentId: 0, content: textOf(subject, body), commentType: "text" }];
    // Closed: it does not wait for a reply.
    return this.#written(
      await this.#azureDevOps.ask("POST", this.#pullRequest, thread, { comments, status: "closed" }),
    );
  }

  async rewrite({ path }: WrittenComment, subject: Subject, body: string): Promise<void> {
    await this.#azureDevOps.ask("PATCH", path, v.unknown(), { content: textOf(subject, body) });
  }

  #written({ id, comments: [first] }: v.InferOutput<typeof thread>): WrittenComment {
    return {
      path: `${this.#pullRequest}/${id}/comments/${first?.id ?? 1}`,
      url: `${this.#azureDevOps.address}_git/pullrequest/${this.#number}?discussionId=${id}`,
    };
  }
}

const textOf = (subject: Subject, body: string): string => `${marker(subject)} -->\n\n${body}`;
