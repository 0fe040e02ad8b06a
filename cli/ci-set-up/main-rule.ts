/** Whether everything that reaches main was approved by somebody other than its author. */
import * as v from "valibot";
import { type Command, command, type Fix, run } from "../../lib/errors/failure";
import { failed, type Finding, ok, skipped } from "../doctor/check";
import { readGh, refusalIn, type Reply } from "./gh-and-az";

/** guarded: nothing reaches main without somebody else's approval. */
interface Rule {
  is: "guarded" | "open" | "unseen";
  said: string;
  /** Where another rule would help as little, or would as well be seen. */
  fix?: Fix;
}

const open = (said: string): Rule => ({ is: "open", said });
const unseen = (refused: Parameters<typeof refusalIn>[0]): Rule => ({ is: "unseen", said: refusalIn(refused) });

/** GitHub asks separately for an approval of the last push, which an earlier approval does not cover. */
const approvalShape = {
  required_approving_review_count: v.optional(v.number()),
  require_last_push_approval: v.optional(v.boolean()),
};
type Approval = v.InferOutput<v.ObjectSchema<typeof approvalShape, undefined>>;

const asksFor = ({ required_approving_review_count: count = 0, require_last_push_approval: isLast }: Approval) => ({
  some: count > 0,
  ofLast: count > 0 && isLast === true,
});

const onlyEarlier = "requires an approval, but not of the last push: later pushes are not reviewed";

const rulesShape = v.array(
  v.looseObject({
    type: v.string(),
    ruleset_id: v.optional(v.number()),
    parameters: v.optional(v.looseObject(approvalShape)),
  }),
);

const ruleSetShape = v.looseObject({
  bypass_actors: v.optional(
    v.array(v.looseObject({ actor_type: v.string(), actor_id: v.nullish(v.number()), bypass_mode: v.string() })),
  ),
});

const protectionShape = v.looseObject({
  required_pull_request_reviews: v.optional(
    v.looseObject({
      ...approvalShape,
      bypass_pull_request_allowances: v.optional(v.record(v.string(), v.unknown())),
    }),
  ),
});

/** Neither rules nor protection exist in a private repository of a free plan, and GitHub answers so. */
const isOfPlan = (reply: Reply): boolean => !("body" in reply) && reply.said.startsWith("Upgrade to GitHub");

export async function ruleOfMain(repository: string): Promise<Rule> {
  const rules = await readGh(`repos/${repository}/rules/branches/main?per_page=100`, rulesShape);
  if (isOfPlan(rules)) return open("this plan has no rules for branches of a private repository");
  const sets = await Promise.all("body" in rules ? ruleSetsIn(repository, rules.body) : []);
  const protection = await protectionOfMain(repository);
  const all = [...sets, protection, ...("body" in rules ? [] : [unseen(rules)])];
  const first = (is: Rule["is"]) => all.find((one) => one.is === is);
  const guarded = first("guarded");
  if (guarded !== undefined) return (await approvalOfWorkflows(repository)) ?? guarded;
  return first("unseen") ?? all[0] ?? protection;
}

const ruleSetsIn = (repository: string, rules: v.InferOutput<typeof rulesShape>): Promise<Rule>[] =>
  rules.flatMap(({ type, ruleset_id: id, parameters = {} }) => {
    const { some, ofLast } = asksFor(parameters);
    if (type !== "pull_request" || !some || id === undefined) return [];
    return [ofLast ? ruleSet(repository, id) : Promise.resolve(open(`ruleset ${id} ${onlyEarlier}`))];
  });

const onlyAdministrators = "only the repository's administrators see who may bypass the rule";

/** Whoever administers the repository can take the rule away: their being above it gives them nothing. */
async function ruleSet(repository: string, id: number): Promise<Rule> {
  const reply = await readGh(`repos/${repository}/rulesets/${id}`, ruleSetShape);
  if (!("body" in reply)) return unseen(reply);
  const { bypass_actors: actors } = reply.body;
  if (actors === undefined) return { is: "unseen", said: onlyAdministrators, fix: askForApproval(repository) };
  const names = actors.map(({ actor_type: type, actor_id: actor }) => `${type} ${String(actor ?? "")}`.trim());
  const administrator = "RepositoryRole 5";
  const said = names.filter((name) => name !== administrator && !name.startsWith("OrganizationAdmin"));
  if (said.length === 0) return { is: "guarded", said: `ruleset ${id}` };
  return open(`ruleset ${id} requires an approval, and may be bypassed by ${said.join(", ")}`);
}

async function protectionOfMain(repository: string): Promise<Rule> {
  const reply = await readGh(`repos/${repository}/branches/main/protection`, protectionShape);
  const none = open("no rule requires a pull request that somebody else approved");
  if (!("body" in reply))
    return /^Branch not (?:protected|found)/u.test(reply.said) || isOfPlan(reply) ? none : unseen(reply);
  const { required_pull_request_reviews: asked = {} } = reply.body;
  const { some, ofLast } = asksFor(asked);
  if (!some) return none;
  const allowed = Object.values(asked.bypass_pull_request_allowances ?? {}).flat();
  if (allowed.length > 0) return open("its protection requires an approval, but lets some push without one");
  return ofLast ? { is: "guarded", said: "branch protection" } : open(`its protection ${onlyEarlier}`);
}

const workflowShape = v.looseObject({ can_approve_pull_request_reviews: v.boolean() });

/** A workflow of any branch may ask for the right to approve, and is not its author. Undefined: none can. */
async function approvalOfWorkflows(repository: string): Promise<Rule | undefined> {
  const path = `repos/${repository}/actions/permissions/workflow`;
  const reply = await readGh(path, workflowShape);
  if (!("body" in reply)) return unseen(reply);
  if (!reply.body.can_approve_pull_request_reviews) return undefined;
  const none = ["--silent", "--field", "can_approve_pull_request_reviews=false"];
  const fix = run("Let no workflow approve pull requests", command("gh", "api", "--method", "PUT", path, ...none));
  return { ...open("a workflow of any branch may approve its author's pull request"), fix };
}

/** @param reached environments of identities that a push to main reaches without anybody's approval */
export function judgeMain(repository: string, { is, said, fix }: Rule, reached: readonly string[]): Finding {
  if (is === "guarded") return ok(`a push needs a pull request that somebody else approved (${said})`);
  if (reached.length === 0) return ok("each environment requires somebody else's approval");
  if (is === "unseen") return skipped(`not checked: ${said}`, fix);
  return failed(
    `one person can push to main without a review, and so use the identities of ${reached.join(", ")}: ${said}`,
    fix ?? askForApproval(repository),
  );
}

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
