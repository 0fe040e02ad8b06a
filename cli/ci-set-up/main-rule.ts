/** Whether everything that reaches main was approved by somebody other than its author. */
import * as v from "valibot";
import { type Command, command, type Fix, run } from "../../lib/errors/failure";
import { failed, type Finding, ok, skipped } from "../doctor/check";
import { readGh, unseen } from "./gh";

const rulesShape = v.array(
  v.looseObject({
    type: v.string(),
    ruleset_id: v.optional(v.number()),
    parameters: v.optional(
      v.looseObject({
        required_approving_review_count: v.optional(v.number()),
        require_last_push_approval: v.optional(v.boolean()),
      }),
    ),
  }),
);

const ruleSetShape = v.looseObject({
  bypass_actors: v.optional(v.array(v.looseObject({ actor_type: v.string(), actor_id: v.nullish(v.number()) }))),
});

/** Only rulesets count: a repository with the older branch protection must add one. */
export async function judgeMain(repository: string): Promise<Finding> {
  const rules = await readGh(`repos/${repository}/rules/branches/main?per_page=100`, rulesShape);
  if (!("body" in rules)) {
    const isOfPlan = rules.said.startsWith("Upgrade to GitHub");
    return isOfPlan ? open(repository, "this plan has no rules for branches of a private repository") : unseen(rules);
  }
  const asking = rules.body.filter(({ type, parameters = {} }) => {
    const { required_approving_review_count: approvals = 0, require_last_push_approval: isLast } = parameters;
    return type === "pull_request" && approvals > 0 && isLast;
  });
  const ids = asking.flatMap(({ ruleset_id: id }) => id ?? []);
  const sets = await Promise.all(ids.map(async (id) => await judgeSet(repository, id)));
  const first = (state: Finding["state"]) => sets.find((one) => one.state === state);
  const guarded = first("ok");
  if (guarded !== undefined) return (await approvalOfWorkflows(repository)) ?? guarded;
  // GitHub asks separately for an approval of the last push, which an earlier approval does not cover.
  const none = open(repository, "no rule requires a pull request whose last push somebody else approved");
  return first("skipped") ?? sets[0] ?? none;
}

/** Administrators may bypass the rule: they could remove it anyhow. */
async function judgeSet(repository: string, id: number): Promise<Finding> {
  const reply = await readGh(`repos/${repository}/rulesets/${id}`, ruleSetShape);
  if (!("body" in reply)) return unseen(reply);
  const { bypass_actors: actors } = reply.body;
  if (actors === undefined)
    return skipped(
      "not checked: only the repository's administrators see who may bypass the rule",
      askForApproval(repository),
    );
  const names = actors.map(({ actor_type: type, actor_id: actor }) => `${type} ${String(actor ?? "")}`.trim());
  const above = names.filter((name) => name !== "RepositoryRole 5" && !name.startsWith("OrganizationAdmin"));
  if (above.length === 0) return ok(`a push needs a pull request that somebody else approved (ruleset ${id})`);
  return open(repository, `ruleset ${id} requires an approval, and may be bypassed by ${above.join(", ")}`);
}

/** A workflow of any branch may ask for the right to approve, and is not its author. Undefined: none can. */
async function approvalOfWorkflows(repository: string): Promise<Finding | undefined> {
  const path = `repos/${repository}/actions/permissions/workflow`;
  const reply = await readGh(path, v.looseObject({ can_approve_pull_request_reviews: v.boolean() }));
  if (!("body" in reply)) return unseen(reply);
  if (!reply.body.can_approve_pull_request_reviews) return undefined;
  const none = ["--silent", "--field", "can_approve_pull_request_reviews=false"];
  const fix = run("Let no workflow approve pull requests", command("gh", "api", "--method", "PUT", path, ...none));
  return open(repository, "a workflow of any branch may approve its author's pull request", fix);
}

const open = (repository: string, said: string, fix = askForApproval(repository)): Finding =>
  failed(`one person can push to main without a review, and so use the identities of the jobs: ${said}`, fix);

const askForApproval = (repository: string): Fix => run("Require an approved pull request", ruleLine(repository));

/** GitHub requires all parameters of such a rule. As gh's fields, each would become a rule of its own. */
const ruleLine = (repository: string): Command => {
  const rule =
    '{type: "pull_request", parameters: {required_approving_review_count: 1, dismiss_stale_reviews_on_push: true, ' +
    "require_last_push_approval: true, require_code_owner_review: false, required_review_thread_resolution: false}}";
  const body =
    '{name: "main", target: "branch", enforcement: "active", ' +
    `conditions: {ref_name: {include: ["refs/heads/main"], exclude: []}}, rules: [${rule}]}`;
  const path = `repos/${repository}`;
  const post = ["api", "--method", "POST", `${path}/rulesets`, "--silent", "--input", "-"];
  return { ...command("gh", "api", path, "--jq", body), into: command("gh", ...post) };
};
