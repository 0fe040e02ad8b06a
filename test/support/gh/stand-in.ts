/**
 * `gh` on PATH, in place of GitHub's command and of the repository behind it: it takes the lines that set a repository up, and keeps what they
 * made. What it does not know is an error. Sources: the manual of `gh variable set`, `gh workflow run` and `gh api`, and GitHub's REST pages on
 * environments, on deployment branch policies and on the subject of OpenID Connect tokens.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readWorkflow, workflowFolder } from "../github/workflow";
import { type Ended, standInFor, type StandIn } from "../stand-in/program";

export interface Environment {
  variables: Record<string, string>;
  /** Patterns of allowed branches; undefined: every ref. */
  branches?: string[];
  reviewers: { type: string; id: number }[];
}

export interface GhStandIn extends StandIn {
  /** Whether somebody is signed in. */
  signedIn: boolean;
  variables: Record<string, string>;
  environments: Record<string, Environment>;
  /** Files of workflows that somebody started by hand, in order. */
  started: string[];
  /** Every line that was run, its argv. */
  lines: string[][];
}

/** Ids of accounts and of teams, by their paths. */
const ids: Readonly<Record<string, number>> = { "users/octocat": 583231, "orgs/contoso/teams/platform": 4711 };

/** @param repository owner/name of the only existing one */
export async function startGh(repository: string): Promise<GhStandIn> {
  const state: Omit<GhStandIn, keyof StandIn> = {
    signedIn: true,
    variables: {},
    environments: {},
    started: [],
    lines: [],
  };
  const standIn = await standInFor("gh", async ({ argv, input }) => {
    state.lines.push(argv);
    return answer(state, repository, argv, argv.includes("--input") ? await input() : "");
  });
  return Object.assign(state, standIn);
}

function answer(state: Omit<GhStandIn, keyof StandIn>, repository: string, argv: string[], input: string): Ended {
  if (!state.signedIn) return refused("You are not logged into any GitHub hosts. To log in, run: gh auth login");
  const [noun, verb, ...rest] = argv;
  if (argv.join(" ") === "auth status") return done("");
  if (noun === "variable" && verb === "set") return setVariable(state, repository, rest);
  if (noun === "workflow" && verb === "run") return startWorkflow(state, rest);
  return noun === "api"
    ? callApi(state, repository, argv.slice(1), input)
    : refused(`unknown command "${argv.join(" ")}"`);
}

function setVariable(state: Omit<GhStandIn, keyof StandIn>, repository: string, argv: string[]): Ended {
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

/** Of the repository that the folder is a clone of, where main has the file and the file takes it. */
function startWorkflow(state: Pick<GhStandIn, "started">, argv: string[]): Ended {
  const [file = "", ...more] = argv;
  if (more.length > 0) return refused(`unknown flag: ${more.join(" ")}`);
  const path = join(workflowFolder, file);
  if (!existsSync(path)) return refused(`could not find any workflows named ${file}`);
  if (!("workflow_dispatch" in readWorkflow(file).on))
    return refused("HTTP 422: Workflow does not have 'workflow_dispatch' trigger");
  state.started.push(file);
  return done("");
}

function callApi(state: Omit<GhStandIn, keyof StandIn>, repository: string, argv: string[], input: string): Ended {
  const method = argv.includes("--method") ? argv[argv.indexOf("--method") + 1] : "GET";
  const path =
    argv.find(
      (word, index) =>
        !word.startsWith("--") && !["--method", "--field", "--jq", "--input"].includes(argv[index - 1] ?? ""),
    ) ?? "";
  const options = argv.filter((word) => word !== path && word !== "--silent");
  const given = optionsIn(options, ["--method", "--field", "--jq", "--input"]);
  const fields = Object.fromEntries(
    (given.get("--field") ?? []).map((field) => field.split(/=(.*)/su).slice(0, 2)) as [string, string][],
  );
  const [program] = given.get("--jq") ?? [];
  if (method === "GET" && path === `repos/${repository}/actions/oidc/customization/sub`)
    return program === ".sub_claim_prefix"
      ? done(`repo:${repository}\n`)
      : refused(`this gh does not read ${String(program)}`);
  if (method === "GET") return path in ids ? done(projected(program, ids[path] ?? 0)) : refused("HTTP 404: Not Found");
  const [, name = "", policies] =
    new RegExp(`^repos/${repository}/environments/([^/]+)(/deployment-branch-policies)?$`, "u").exec(path) ?? [];
  if (name === "") return refused("HTTP 404: Not Found");
  if (method === "PUT" && policies === undefined)
    return putEnvironment(state, name, given.has("--input") ? (JSON.parse(input) as Body) : bodyOf(fields));
  const environment = state.environments[name];
  if (method !== "POST" || environment?.branches === undefined) return refused("HTTP 404: Not Found");
  // GitHub REST, "Create a deployment branch policy": 303 for one that exists.
  if (environment.branches.includes(fields["name"] ?? "")) return refused("gh: See Other (HTTP 303)");
  environment.branches.push(fields["name"] ?? "");
  return done("");
}

interface Body {
  reviewers?: Environment["reviewers"];
  deployment_branch_policy?: { protected_branches: boolean; custom_branch_policies: boolean };
}

/** An omitted property returns to its default, according to GitHub's page. */
function putEnvironment(state: Omit<GhStandIn, keyof StandIn>, name: string, body: Body): Ended {
  const policy = body.deployment_branch_policy;
  if (policy !== undefined && policy.protected_branches === policy.custom_branch_policies)
    return refused("HTTP 422: protected_branches and custom_branch_policies cannot have the same value");
  const known = state.environments[name];
  state.environments[name] = {
    variables: known?.variables ?? {},
    ...(policy?.custom_branch_policies ? { branches: known?.branches ?? [] } : {}),
    reviewers: body.reviewers ?? [],
  };
  return done("");
}

const bodyOf = (fields: Readonly<Record<string, string>>): Body => {
  const policy = Object.entries(fields).map(([key, value]) => [
    /^deployment_branch_policy\[(\w+)\]$/u.exec(key)?.[1],
    value === "true",
  ]);
  if (policy.some(([key]) => key === undefined))
    throw new Error(`this gh has no field of ${Object.keys(fields).join(", ")}`);
  return policy.length === 0
    ? {}
    : { deployment_branch_policy: Object.fromEntries(policy) as NonNullable<Body["deployment_branch_policy"]> };
};

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

const done = (stdout: string): Ended => ({ code: 0, stdout, stderr: "" });
const refused = (stderr: string): Ended => ({ code: 1, stdout: "", stderr: `${stderr}\n` });
