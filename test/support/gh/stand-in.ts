/**
 * `gh` on PATH, in place of GitHub's command and of the repository behind it: it takes the lines that set a repository up, keeps what they made,
 * and shows it as the plan of the owner and the rights of who asks allow. What it does not know is an error. Sources: the manual of `gh variable
 * set`, `gh workflow run`, `gh repo edit` and `gh api`, and GitHub's REST pages on environments, deployment branch policies, rules, branch
 * protection and the subject of OpenID Connect tokens; refusals of a plan as people quote them (unverified against live GitHub).
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readWorkflow, templateFolder } from "../github/workflow";
import { type Ended, standInFor, type StandIn } from "../stand-in/program";

export interface Environment {
  variables: Record<string, string>;
  /** Patterns of allowed branches; undefined: every ref. */
  branches?: string[];
  tags?: string[];
  reviewers: { type: string; id: number }[];
  preventSelfReview: boolean;
}

/** A pull request's rule; `bypass` are the actors of its rule set who are above it. */
export interface Rule {
  approvals: number;
  /** Whether the last push needs one, too. Default, as GitHub's: no. */
  ofLastPush?: boolean;
  bypass: { actor_id: number | null; actor_type: string; bypass_mode: string }[];
}

export interface GhStandIn extends StandIn {
  signedIn: boolean;
  /** Whether they administer the repository: others may read it, and not the protection of its branches. */
  administers: boolean;
  visibility: "public" | "internal" | "private";
  /** Of the repository's owner: what of it applies in a private repository. */
  plan: "free" | "team" | "enterprise";
  /** Active rule sets for main, by their ids less one. */
  rules: Rule[];
  defaultBranch: string;
  /** Whether the token of a workflow may approve pull requests. */
  workflowsApprove: boolean;
  /** Actions policies that apply to it, by their ids less one. */
  policies: { name: string; enforcement: string; events: string[] }[];
  variables: Record<string, string>;
  environments: Record<string, Environment>;
  started: string[];
  /** What somebody else does at the same time as an environment is changed. */
  beforePut: () => void;
  /** What something between answers each reading call with; undefined: nothing is between. */
  answers: string | undefined;
  lines: string[][];
}

/** Ids of accounts and of teams, by their paths. */
const ids: Readonly<Record<string, number>> = { "users/octocat": 583231, "orgs/contoso/teams/platform": 4711 };

/** @param repository owner/name of the only existing one */
export async function startGh(repository: string): Promise<GhStandIn> {
  const state: State = {
    signedIn: true,
    administers: true,
    visibility: "private",
    plan: "enterprise",
    rules: [],
    policies: [],
    defaultBranch: "main",
    workflowsApprove: false,
    variables: {},
    environments: {},
    started: [],
    answers: undefined,
    beforePut: () => undefined,
    lines: [],
  };
  const standIn = await standInFor("gh", async ({ argv, input }) => {
    state.lines.push(argv);
    return answer(state, repository, argv, argv.includes("--input") ? await input() : "");
  });
  return Object.assign(state, standIn);
}

function answer(state: State, repository: string, argv: string[], input: string): Ended {
  if (!state.signedIn)
    return {
      ...refused(
        "To get started with GitHub CLI, please run:  gh auth login\nAlternatively, populate the GH_TOKEN environment variable …",
      ),
      code: 4,
    };
  const [noun, verb, ...rest] = argv;
  if (noun === "variable" && verb === "set") return setVariable(state, repository, rest);
  if (noun === "workflow" && verb === "run") return startWorkflow(state, rest);
  if (noun === "repo" && verb === "edit") return editRepository(state, repository, rest);
  return noun === "api"
    ? callApi(state, repository, argv.slice(1), input)
    : refused(`unknown command "${argv.join(" ")}"`);
}

function setVariable(state: State, repository: string, argv: string[]): Ended {
  const [name = "", ...options] = argv;
  const given = optionsIn(options, ["--env", "--repo", "--body"]);
  if (given.get("--repo")?.[0] !== repository) return refused("HTTP 404: Not Found");
  if (!/^[A-Z_][A-Z0-9_]*$/u.test(name) || name.startsWith("GITHUB_"))
    return refused("HTTP 422: Variable name is invalid");
  const environment = given.get("--env")?.[0];
  const variables = environment === undefined ? state.variables : state.environments[environment]?.variables;
  if (variables === undefined) return refused("HTTP 404: Not Found");
  variables[name] = given.get("--body")?.[0] ?? "";
  return done("");
}

/** Of a repository that was made from the template, with its workflow. */
function startWorkflow(state: Pick<GhStandIn, "started">, argv: string[]): Ended {
  const [file = "", ...more] = argv;
  const path = join(templateFolder, ".github", "workflows", file);
  if (!existsSync(path)) return refused(`could not find any workflows named ${file}`);
  const { workflow_dispatch: byHand } = readWorkflow(path).on as {
    workflow_dispatch?: { inputs: { job: { options: string[] } } };
  };
  if (byHand === undefined) return refused("HTTP 422: Workflow does not have 'workflow_dispatch' trigger");
  const [, job = ""] = /^job=(.*)$/u.exec(optionsIn(more, ["--field"]).get("--field")?.[0] ?? "") ?? [];
  if (!byHand.inputs.job.options.includes(job))
    return refused(`HTTP 422: Provided value '${job}' for input 'job' not in the list of allowed values`);
  state.started.push(job);
  return done("");
}

function callApi(state: State, repository: string, argv: string[], input: string): Ended {
  const known = ["--method", "--field", "--raw-field", "--jq", "--input"];
  const path = argv.find((word, index) => !word.startsWith("--") && !known.includes(argv[index - 1] ?? "")) ?? "";
  const options = argv.filter((word) => word !== path && word !== "--silent");
  const given = optionsIn(options, known);
  const [method = "GET"] = given.get("--method") ?? [];
  const [program] = given.get("--jq") ?? [];
  if (method === "GET" && program !== undefined && path === `repos/${repository}`) return done(projected(program, 1));
  if (method === "GET" && path in ids) return done(projected(program, ids[path] ?? 0));
  const [, below] = new RegExp(`^repos/${repository}(?:/([^?]*))?(?:[?]per_page=100)?$`, "u").exec(path) ?? [];
  if (below === undefined && path !== `repos/${repository}`) return missing;
  if (method === "GET" && below === "actions/oidc/customization/sub")
    return program === ".sub_claim_prefix"
      ? done(`repo:${repository}\n`)
      : refused(`this gh does not read ${String(program)}`);
  if (method === "GET") return state.answers === undefined ? read(state, below) : done(state.answers);
  if (!state.administers) return answered(403, { message: "Must have admin rights to Repository." });
  const body = given.has("--input")
    ? (JSON.parse(input) as Body)
    : bodyOf(argv.filter((_, index) => ["--field", "--raw-field"].includes(argv[index - 1] ?? "")));
  if (method === "POST" && below === "rulesets") return makeRules(state, body as unknown as RuleSet);
  if (method === "PUT" && below === "actions/permissions/workflow") {
    state.workflowsApprove =
      (body as { can_approve_pull_request_reviews?: boolean }).can_approve_pull_request_reviews === true;
    return done("");
  }
  const [, name = "", policies] = /^environments\/([^/]+?)(\/deployment-branch-policies)?$/u.exec(below ?? "") ?? [];
  if (name === "") return missing;
  if (method === "PUT") {
    state.beforePut();
    return putEnvironment(state, name, body);
  }
  const environment = state.environments[name];
  if (environment === undefined) return missing;
  if (method === "DELETE" && policies === undefined) {
    Reflect.deleteProperty(state.environments, name);
    return done("");
  }
  if (environment.branches === undefined || method !== "POST") return missing;
  const policy = String((body as { name?: unknown }).name);
  // GitHub REST, "Create a deployment branch policy": 303 for one that exists.
  if (environment.branches.includes(policy)) return refused("gh: See Other (HTTP 303)");
  environment.branches.push(policy);
  return done("");
}

type State = Omit<GhStandIn, keyof StandIn>;

const planFor = "Upgrade to GitHub Pro or make this repository public to enable this feature.";

/** What the plan has in this repository: everything where it is public. */
const has = ({ visibility, plan }: State, ...plans: State["plan"][]): boolean =>
  visibility === "public" || plans.includes(plan);

function read(state: State, below = ""): Ended {
  const { visibility, rules, policies, environments, administers, defaultBranch, workflowsApprove } = state;
  if (below === "")
    return answered(200, { visibility, private: visibility !== "public", default_branch: defaultBranch });
  const isPaid = has(state, "team", "enterprise");
  const [, ruleSet] = /^rulesets\/(\d+)$/u.exec(below) ?? [];
  if (!isPaid && below.startsWith("rules")) return answered(403, { message: planFor });
  if (below === "actions/permissions/workflow")
    return administers
      ? answered(200, { default_workflow_permissions: "read", can_approve_pull_request_reviews: workflowsApprove })
      : missing;
  if (below === "rules/branches/main") return answered(200, rules.map(asRule));
  if (ruleSet !== undefined) {
    const one = rules[Number(ruleSet) - 1];
    if (one === undefined) return missing;
    // Who is above a rule set is shown to those who may write it.
    return answered(200, { id: Number(ruleSet), ...(administers ? { bypass_actors: one.bypass } : {}) });
  }
  const policy = /^actions\/policies(?:\/(\d+))?$/u.exec(below);
  if (policy !== null) return administers ? readPolicies(policies, policy[1]) : answered(403, forbidden);
  const [, name = "", admitted] = /^environments\/([^/]+)(\/deployment-branch-policies)?$/u.exec(below) ?? [];
  const environment = environments[name];
  if (environment === undefined) return missing;
  if (admitted === undefined) return answered(200, asEnvironment(name, environment));
  const all = policiesOf(environment);
  return answered(200, { total_count: all.length, branch_policies: all });
}

/** Their rules are shown one by one. */
function readPolicies(all: State["policies"], id: string | undefined): Ended {
  const shown = all.map(({ name, enforcement }, index) => ({ id: index + 1, name, target: "actions", enforcement }));
  if (id === undefined) return answered(200, { total_count: all.length, policies: shown });
  const { events: allowed_events = [] } = all[Number(id) - 1] ?? {};
  const rules = [{ type: "restrict_action_events", parameters: { allowed_events } }];
  return answered(200, { ...shown[Number(id) - 1], rules });
}

const forbidden = { message: "Resource not accessible by personal access token" };

const asRule = (rule: Rule, index: number) => ({
  type: "pull_request",
  ruleset_id: index + 1,
  parameters: approvalOf(rule),
});

const approvalOf = ({ approvals, ofLastPush = false }: Omit<Rule, "bypass">) => ({
  required_approving_review_count: approvals,
  require_last_push_approval: ofLastPush,
});

const policiesOf = ({ branches = [], tags = [] }: Environment) =>
  [...branches.map((name) => ({ name, type: "branch" })), ...tags.map((name) => ({ name, type: "tag" }))].map(
    (one, index) => ({ id: index + 1, ...one }),
  );

function asEnvironment(name: string, { branches, reviewers, preventSelfReview }: Environment): object {
  const nameOf = (wanted: number) =>
    Object.keys(ids)
      .find((path) => ids[path] === wanted)
      ?.split("/")
      .at(-1);
  const asked = reviewers.map(({ type, id }) => ({
    type,
    reviewer: { id, [type === "User" ? "login" : "slug"]: nameOf(id) },
  }));
  const rule = { id: 1, type: "required_reviewers", prevent_self_review: preventSelfReview, reviewers: asked };
  return {
    name,
    can_admins_bypass: true,
    protection_rules: [...(asked.length === 0 ? [] : [rule]), ...(branches ? [{ id: 2, type: "branch_policy" }] : [])],
    deployment_branch_policy: branches ? { protected_branches: false, custom_branch_policies: true } : null,
  };
}

interface RuleSet {
  target: string;
  enforcement: string;
  conditions: { ref_name: { include: string[]; exclude: string[] } };
  rules: { type: string; parameters: ReturnType<typeof approvalOf> }[];
}

function makeRules(state: State, { target, enforcement, conditions, rules }: RuleSet): Ended {
  if (!has(state, "team", "enterprise")) return answered(403, { message: planFor });
  const isOfMain = conditions.ref_name.include.join() === "refs/heads/main" && conditions.ref_name.exclude.length === 0;
  const [rule, ...others] = rules;
  if (
    target !== "branch" ||
    enforcement !== "active" ||
    !isOfMain ||
    rule?.type !== "pull_request" ||
    others.length > 0
  )
    return answered(422, { message: "Invalid request." });
  const { required_approving_review_count: approvals, require_last_push_approval: ofLastPush } = rule.parameters;
  state.rules.push({ approvals, ofLastPush, bypass: [] });
  return done("");
}

/** A change of the visibility needs a second option, without which gh refuses it where nobody can be asked. */
function editRepository(state: State, repository: string, argv: string[]): Ended {
  const accepts = "--accept-visibility-change-consequences";
  const [name, ...options] = argv.filter((word) => word !== accepts);
  const given = optionsIn(options, ["--visibility", "--default-branch"]);
  const [to] = given.get("--visibility") ?? [];
  const [branch] = given.get("--default-branch") ?? [];
  if (name !== repository) return missing;
  if (branch !== undefined) state.defaultBranch = branch;
  if (to === undefined) return done("");
  if (to !== "private" && to !== "public") return missing;
  if (!argv.includes(accepts)) return refused(`use of --visibility flag requires ${accepts} flag`);
  state.visibility = to;
  return done("");
}

interface Body {
  reviewers?: Environment["reviewers"];
  prevent_self_review?: boolean;
  deployment_branch_policy?: { protected_branches: boolean; custom_branch_policies: boolean };
}

/** An omitted property returns to its default, according to GitHub's page. */
function putEnvironment(state: State, name: string, body: Body): Ended {
  const { deployment_branch_policy: policy, reviewers = [], prevent_self_review: preventSelfReview = false } = body;
  if (policy !== undefined && policy.protected_branches === policy.custom_branch_policies)
    return refused("HTTP 422: protected_branches and custom_branch_policies cannot have the same value");
  // The plan is asked for where the body names one of them, whatever its value.
  if (["reviewers", "prevent_self_review"].some((one) => one in body) && !has(state, "enterprise"))
    return answered(422, {
      message:
        "Failed to create the environment protection rule. Please ensure the billing plan supports the required reviewers protection rule.",
    });
  if (policy !== undefined && !has(state, "team", "enterprise"))
    return answered(422, {
      message: "Failed to create the environment protection rule. Please ensure the billing plan supports it.",
    });
  const known = state.environments[name];
  state.environments[name] = {
    variables: known?.variables ?? {},
    ...(policy?.custom_branch_policies ? { branches: known?.branches ?? [], tags: known?.tags ?? [] } : {}),
    ...{ reviewers, preventSelfReview },
  };
  return done("");
}

/** gh's own form of fields, `a` or `a[b]`. */
function bodyOf(fields: readonly string[]): Body {
  const body: Record<string, unknown> = {};
  for (const field of fields) {
    const [, key = "", below, value = ""] = /^(\w+)(?:\[(\w+)\])?=(.*)$/su.exec(field) ?? [];
    if (key === "") throw new Error(`unknown field: ${field}`);
    if (below === undefined) body[key] = typed(value);
    else body[key] = { ...(body[key] as object | undefined), [below]: typed(value) };
  }
  return body;
}

/** As --field takes it. */
const typed = (value: string): unknown =>
  /^(?:true|false|\d+)$/u.test(value) ? (JSON.parse(value) as unknown) : value;

/** The one form of jq's programs that this gh supports: an object, with `id` for that of the response. */
function projected(program: string | undefined, id: number): string {
  if (program === undefined) return JSON.stringify({ id });
  const json = program.replaceAll(/\bid\b(?=\})/gu, `"id": ${id}`).replaceAll(/(\{|, )(\w+):/gu, '$1"$2":');
  return `${JSON.stringify(JSON.parse(json))}\n`;
}

function optionsIn(argv: readonly string[], known: readonly string[]): Map<string, string[]> {
  const given = new Map<string, string[]>();
  for (let index = 0; index < argv.length; index += 2) {
    const [name = "", value] = argv.slice(index, index + 2);
    if (!known.includes(name) || value === undefined) throw new Error(`unknown flag: ${name}`);
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  return given;
}

/** What `gh api` prints of a refusal: the body, and gh's own words. */
function answered(status: number, body: object): Ended {
  const stdout = JSON.stringify(body);
  if (status < 300) return done(stdout);
  return { code: 1, stdout, stderr: `gh: ${(body as { message?: string }).message ?? ""} (HTTP ${status})\n` };
}

const done = (stdout: string): Ended => ({ code: 0, stdout, stderr: "" });
const refused = (stderr: string): Ended => ({ code: 1, stdout: "", stderr: `${stderr}\n` });

const missing: Ended = answered(404, { message: "Not Found" });
