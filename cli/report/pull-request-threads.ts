/** Threads of a pull request in Azure Repos. Not verified against a live organization. */
import * as v from "valibot";
import { sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";
import { AzureDevOps } from "./azure-devops";
import { forComments, type PullRequest, type WrittenComment } from "./tracker";

const thread = v.object({
  id: v.number(),
  isDeleted: v.nullish(v.boolean()),
  comments: v.array(
    v.object({ id: v.number(), content: v.nullish(v.string()), author: v.nullish(v.object({ id: v.string() })) }),
  ),
});
const threads = v.object({ value: v.array(thread) });
const connection = v.object({ authenticatedUser: v.object({ id: v.string() }) });

/** @param named default: the build's @throws UsageError with what is missing */
export function azurePullRequest(environment: NodeJS.ProcessEnv, named?: string): PullRequest {
  const { SYSTEM_PULLREQUEST_PULLREQUESTID, BUILD_REPOSITORY_ID: repository } = environment;
  const number = named ?? SYSTEM_PULLREQUEST_PULLREQUESTID;
  const azureDevOps = new AzureDevOps(environment, forComments);
  if (!number || !repository)
    throw new UsageError(
      "A comment needs a pull request, and SYSTEM_PULLREQUEST_PULLREQUESTID or BUILD_REPOSITORY_ID is not set.",
      sentence("Use it in a build that a branch policy of Azure Repos runs for pull requests."),
    );
  const all = `_apis/git/repositories/${encodeURIComponent(repository)}/pullRequests/${encodeURIComponent(number)}/threads`;
  const written = ({ id, comments: [first] }: v.InferOutput<typeof thread>): WrittenComment => ({
    path: `${all}/${id}/comments/${first?.id ?? 1}`,
    url: `${azureDevOps.address}_git/pullrequest/${number}?discussionId=${id}`,
  });
  return {
    find: async (beginning) => {
      const { value } = await azureDevOps.ask("GET", all, threads);
      // Anybody who may comment can write the marker, so the author is compared.
      const { authenticatedUser } = await azureDevOps.ask("GET", "../_apis/connectionData", connection);
      const ours = value.find(({ isDeleted, comments: [first] }) => {
        const isOurs = first?.author?.id === authenticatedUser.id && first.content?.startsWith(beginning);
        return isDeleted !== true && isOurs === true;
      });
      return ours && written(ours);
    },
    write: async (content) => {
      const comments = [{ parentCommentId: 0, content, commentType: "text" }];
      // Closed: it does not wait for a reply.
      return written(await azureDevOps.ask("POST", all, thread, { comments, status: "closed" }));
    },
    rewrite: async (path, content) => await azureDevOps.ask("PATCH", path, v.unknown(), { content }),
  };
}
