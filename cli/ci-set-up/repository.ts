/** What GitHub lets one person do alone: a push that nobody reviewed must reach no identity, and nobody else may read what jobs publish. */
import * as v from "valibot";
import type { Guarded } from "../../lib/ci-identities/environments";
import { type Github, reviewerOf } from "../../lib/ci-identities/github";
import { byPerson, type Command, command, type Fix, ownCommand, run } from "../../lib/errors/failure";
import { failed, type Finding, ok, skipped } from "../doctor/check";
import { ghMissing, readGh, type Reply } from "./gh";

export interface Looked {
  visibility: Finding;
  /** The rule of main. */
  main: Finding;
  environments: Finding;
  /** Those that are not there as declared, with what a person asked for beside it. */
  unguarded: readonly Guarded[];
}

const notLooked = (why: string, fix: Fix | readonly Fix[] = []): Finding => skipped(`not checked: ${why}`, fix);

/** @param stack the bootstrap stack @param guarded what has to be guarded */
export async function lookAtRepository(stack: string, github: Github, guarded: readonly Guarded[]): Promise<Looked> {
  const { repository } = github;
  const why = await ghMissing();
  const reply = why === undefined ? await readGh(`repos/${repository}`, repositoryShape) : { status: 0, said: why };
  if (!("body" in reply)) {
    const none = notLooked(refusalIn(reply));
    return { visibility: none, main: none, environments: none, unguarded: guarded };
  }
  const { visibility, default_branch: branch } = reply.body;
  const [main, found] = await Promise.all([
    ruleOfMain(repository),
    Promise.all(guarded.map((one) => look(github, one))),
  ]);
  const reached = found.filter(({ one, isReviewed }) => one.identity !== undefined && !isReviewed);
  return {
    visibility: judgeVisibility(repository, visibility),
    main:
      branch === "main"
        ? judgeMain(
            repository,
            main,
            reached.map(({ one }) => one.name),
          )
        : judgeDefault(repository, branch),
    environments: judgeEnvironments(stack, found),
    unguarded: found.filter(({ isDeclared }) => !isDeclared).map(({ one }) => one),
  };
}

const refusalIn = ({ status, said }: { status: number; said: string }): string =>
  status === 0 ? said : `GitHub answers ${status}, ${said}`;

const repositoryShape = v.looseObject({ visibility: v.string(), default_branch: v.string() });

/** Issues, comments, logs and attached pages name tenants, accounts and dates. */
function judgeVisibility(repository: string, visibility: string): Finding {
  if (visibility !== "public") return ok(`${repository} is ${visibility}`);
  return failed(
    `${repository} is public: its issues, comments, logs and attached pages would show everybody tenants, accounts, dates and what is open`,
    byPerson(
      "Make it private, with what that does to its forks and stars",
      command(
        ...(["gh", "repo", "edit", repository, "--visibility", "private"] as const),
        "--accept-visibility-change-consequences",
      ),
    ),
  );
}

/** GitHub starts by the clock, and on a pull request, what stands there. */
const judgeDefault = (repository: string, branch: string): Finding =>
  failed(
    `the default branch of ${repository} is ${branch}: GitHub takes workflows from there, and each environment admits main alone`,
    run("Make main the default", command("gh", "repo", "edit", repository, "--default-branch", "main")),
  );

/** guarded: nothing reaches main without somebody else's approval. */
interface Rule {
  is: "guarded" | "open" | "unseen";
  said: string;
  /** Where another rule would help as little, or would as well be seen. */
  fix?: Fix;
}

/** An approval of what was pushed before is none of what its author pushed after it: GitHub asks for that one separately. */
const approvalShape = {
  required_approving_review_count: v.optional(v.number()),
  require_last_push_approval: v.optional(v.boolean()),
};
type Approval = v.InferOutput<v.ObjectSchema<typeof approvalShape, undefined>>;

const asksFor = ({ required_approving_review_count: count = 0, require_last_push_approval: isLast }: Approval) => ({
  some: count > 0,
  ofLast: count > 0 && isLast === true,
});

const onlyEarlier = "asks for an approval, and not for one of the last push: what comes after the approval is nobody's";

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

async function ruleOfMain(repository: string): Promise<Rule> {
  const rules = await readGh(`repos/${repository}/rules/branches/main?per_page=100`, rulesShape);
  if (isOfPlan(rules)) return { is: "open", said: "this plan has no rules for branches of a private repository" };
  const sets = await Promise.all("body" in rules ? ruleSetsIn(repository, rules.body) : []);
  const protection = await protectionOfMain(repository);
  const all = [...sets, protection, ...("body" in rules ? [] : [{ is: "unseen" as const, said: refusalIn(rules) }])];
  const first = (is: Rule["is"]) => all.find((one) => one.is === is);
  const guarded = first("guarded");
  if (guarded !== undefined) return (await approvalOfWorkflows(repository)) ?? guarded;
  return first("unseen") ?? all[0] ?? protection;
}

const ruleSetsIn = (repository: string, rules: v.InferOutput<typeof rulesShape>): Promise<Rule>[] =>
  rules.flatMap(({ type, ruleset_id: id, parameters = {} }) => {
    const { some, ofLast } = asksFor(parameters);
    if (type !== "pull_request" || !some || id === undefined) return [];
    return [ofLast ? ruleSet(repository, id) : Promise.resolve({ is: "open", said: `rule set ${id} ${onlyEarlier}` })];
  });

/** Whoever administers the repository can take the rule away: their being above it gives them nothing. */
async function ruleSet(repository: string, id: number): Promise<Rule> {
  const reply = await readGh(`repos/${repository}/rulesets/${id}`, ruleSetShape);
  if (!("body" in reply)) return { is: "unseen", said: refusalIn(reply) };
  const { bypass_actors: actors } = reply.body;
  if (actors === undefined)
    return {
      is: "unseen",
      said: "who may bypass the rule is shown to the repository's administrators alone",
      fix: askForApproval(repository),
    };
  const administrator = 5;
  const others = actors.filter(
    ({ actor_type: type, actor_id: actor }) =>
      type !== "OrganizationAdmin" && !(type === "RepositoryRole" && actor === administrator),
  );
  if (others.length === 0) return { is: "guarded", said: `rule set ${id}` };
  const said = others.map(({ actor_type: type, actor_id: actor }) => `${type} ${String(actor ?? "")}`.trim());
  return { is: "open", said: `rule set ${id} asks for an approval, and may be bypassed by ${said.join(", ")}` };
}

async function protectionOfMain(repository: string): Promise<Rule> {
  const reply = await readGh(`repos/${repository}/branches/main/protection`, protectionShape);
  const open: Rule = { is: "open", said: "no rule asks for a pull request that somebody else approved" };
  if (!("body" in reply))
    return /^Branch not (?:protected|found)/u.test(reply.said) || isOfPlan(reply)
      ? open
      : { is: "unseen", said: refusalIn(reply) };
  const { required_pull_request_reviews: asked = {} } = reply.body;
  const { some, ofLast } = asksFor(asked);
  if (!some) return open;
  const allowed = Object.values(asked.bypass_pull_request_allowances ?? {}).flat();
  if (allowed.length > 0)
    return { is: "open", said: "its protection asks for an approval, and lets some push without one" };
  return ofLast ? { is: "guarded", said: "branch protection" } : { is: "open", said: `its protection ${onlyEarlier}` };
}

const workflowShape = v.looseObject({ can_approve_pull_request_reviews: v.boolean() });

/** A workflow of any branch may ask for the right to approve, and is somebody other than its author. Undefined: none can. */
async function approvalOfWorkflows(repository: string): Promise<Rule | undefined> {
  const path = `repos/${repository}/actions/permissions/workflow`;
  const reply = await readGh(path, workflowShape);
  if (!("body" in reply)) return { is: "unseen", said: refusalIn(reply) };
  if (!reply.body.can_approve_pull_request_reviews) return undefined;
  const off = command(
    "gh",
    "api",
    "--method",
    "PUT",
    path,
    "--silent",
    "--field",
    "can_approve_pull_request_reviews=false",
  );
  return {
    is: "open",
    said: "a workflow of any branch may approve its author's pull request",
    fix: run("Let no workflow approve pull requests", off),
  };
}

/** @param reached environments of identities that a push to main reaches without anybody's approval */
function judgeMain(repository: string, { is, said, fix }: Rule, reached: readonly string[]): Finding {
  if (is === "guarded") return ok(`a push needs a pull request that somebody else approved (${said})`);
  if (reached.length === 0) return ok("each environment asks somebody else for approval, whatever reaches main");
  if (is === "unseen") return notLooked(said, fix);
  return failed(
    `one person's push reaches main unreviewed, and so the identities of ${reached.join(", ")}: ${said}`,
    fix ?? askForApproval(repository),
  );
}

const askForApproval = (repository: string): Fix => run("Ask for an approved pull request", ruleLine(repository));

/** All parameters of such a rule are required ones. As fields gh would make a rule of each: what stands in an object of a list is one field. */
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

interface Seen {
  one: Guarded;
  /** Whether it admits main alone and asks whom it is to ask: then its line is not run again. */
  isDeclared: boolean;
  /** Whether somebody other than who started a job approves it. */
  isReviewed: boolean;
  /** What is wrong, each after the environment's name. */
  wrong: readonly string[];
  unseen?: string;
  /** Policies that admit more than main. */
  others: readonly { id: number; said: string; path: string }[];
}

const environmentShape = v.looseObject({
  protection_rules: v.optional(
    v.array(
      v.looseObject({
        type: v.string(),
        prevent_self_review: v.optional(v.boolean()),
        wait_timer: v.optional(v.number()),
        reviewers: v.optional(
          v.array(
            v.looseObject({
              type: v.string(),
              reviewer: v.looseObject({ id: v.number(), login: v.optional(v.string()), slug: v.optional(v.string()) }),
            }),
          ),
        ),
      }),
    ),
  ),
  deployment_branch_policy: v.nullish(v.looseObject({ custom_branch_policies: v.boolean() })),
});

const policiesShape = v.looseObject({
  branch_policies: v.array(v.looseObject({ id: v.number(), name: v.string(), type: v.optional(v.string()) })),
});

async function look(github: Github, declared: Guarded): Promise<Seen> {
  const path = `repos/${github.repository}/environments/${declared.name}`;
  const reply = await readGh(path, environmentShape);
  if (!("body" in reply)) {
    const none = { one: declared, isDeclared: false, isReviewed: false, others: [] };
    return reply.status === 404
      ? { ...none, wrong: ["is not there: a workflow of any branch would make it, and admit itself"] }
      : { ...none, wrong: [], unseen: refusalIn(reply) };
  }
  const { protection_rules: rules = [], deployment_branch_policy: policy } = reply.body;
  const asks = rules.find(({ type }) => type === "required_reviewers");
  const reviewers = asks?.reviewers ?? [];
  const isReviewed = asks?.prevent_self_review === true && reviewers.length > 0;
  const asked = reviewerOf(github, declared);
  const name = asked?.path.split("/").at(-1);
  const isIt = ({ type, reviewer: { login, slug } }: (typeof reviewers)[number]) =>
    type === asked?.type && [login, slug].includes(name);
  const isAsked = reviewers.some(isIt);
  const kept = {
    reviewers: reviewers.filter((each) => !isIt(each)).map(({ type, reviewer: { id } }) => ({ type, id })),
    preventSelfReview: asks?.prevent_self_review === true,
    wait: rules.find(({ type }) => type === "wait_timer")?.wait_timer ?? 0,
  };
  const one = { ...declared, kept };
  const none = { one, isDeclared: false, isReviewed, others: [] };
  const unasked = asked === undefined || (isAsked && isReviewed) ? [] : [`does not ask ${String(name)} for approval`];
  if (policy?.custom_branch_policies !== true)
    return { ...none, wrong: ["admits more branches than main", ...unasked] };
  const policies = await readGh(`${path}/deployment-branch-policies?per_page=100`, policiesShape);
  if (!("body" in policies)) return { ...none, wrong: unasked, unseen: refusalIn(policies) };
  const { branch_policies: admitted } = policies.body;
  const isMain = ({ name: pattern, type = "branch" }: (typeof admitted)[number]) =>
    pattern === "main" && type === "branch";
  const others = admitted
    .filter((each) => !isMain(each))
    .map(({ id, name: pattern, type = "branch" }) => ({
      id,
      said: `${type} ${pattern}`,
      path: `${path}/deployment-branch-policies/${id}`,
    }));
  const wrong = [
    ...(admitted.some(isMain) ? [] : ["does not admit main"]),
    ...(others.length === 0 ? [] : [`admits ${others.map(({ said }) => said).join(", ")}`]),
    ...unasked,
  ];
  return { one, isDeclared: admitted.some(isMain) && unasked.length === 0, isReviewed, wrong, others };
}

function judgeEnvironments(stack: string, found: readonly Seen[]): Finding {
  const wrong = found.flatMap(({ one, wrong: all }) => all.map((said) => `${one.name} ${said}`));
  const [unseen] = found.flatMap(({ unseen: said }) => said ?? []);
  if (wrong.length > 0) {
    const others = found.flatMap(({ others: all }) => all);
    return failed(wrong.join("; "), [
      ...(others.length === 0
        ? []
        : [
            run(
              "Take what they admit beside main away",
              ...others.map(({ path }) => command("gh", "api", "--method", "DELETE", path, "--silent")),
            ),
          ]),
      ...(found.every(({ isDeclared }) => isDeclared)
        ? []
        : [run("Guard them", ownCommand("ci", "set-up", "--stack", stack))]),
    ]);
  }
  if (unseen !== undefined) return notLooked(unseen);
  const reviewed = found.filter(({ isReviewed }) => isReviewed).map(({ one }) => one.name);
  const asked = reviewed.length === 0 ? "" : `; ${reviewed.join(", ")} asks somebody else for approval`;
  return ok(`${found.map(({ one }) => one.name).join(", ")}: each admits main alone${asked}`);
}
