/** GitHub: the subject of the trusted tokens, and the lines that set up the repository. No line contains a secret, because none is needed. */
import { type Command, command } from "../errors/failure";
import type { Environment } from "./environments";

export interface Github {
  /** owner/name */
  repository: string;
  /** Before `:environment:…`. Default: repo:owner/name. */
  subjectPrefix?: string | undefined;
  /** A user, or a team as organization/team, who must approve each `up`. */
  reviewer?: string | undefined;
}

/** The subject of a token for a job in an environment. Entra requires an exact match. */
export const subjectOf = ({ repository, subjectPrefix = `repo:${repository}` }: Github, environment: string): string =>
  `${subjectPrefix}:environment:${environment}`;

const gh = (...args: readonly string[]): Command => command("gh", ...args);

/**
 * The lines that create environments and variables, in the order to run them. Each can be run again.
 * @param environments of all stacks
 */
export function githubLines(github: Github, environments: readonly Environment[]): Command[] {
  const { repository } = github;
  const inRepository = ["--repo", repository];
  const variables = environments.flatMap(({ name, variables: all }) =>
    // Sorted by name: a stack's outputs are returned in that order.
    Object.entries(all)
      .sort()
      .map(([variable, value]) => gh("variable", "set", variable, "--env", name, ...inRepository, "--body", value)),
  );
  return [
    ...environments.flatMap((one) => protectionOf(github, one)),
    ...variables,
    gh("variable", "set", "DEPLOYMENTS", ...inRepository, "--body", "on"),
  ];
}

/** Every environment admits main alone: a workflow of another branch is its author's. `up` needs its reviewer's approval, too. */
function protectionOf({ repository, reviewer }: Github, { name, identity }: Environment): Command[] {
  const environment = `repos/${repository}/environments/${name}`;
  const put = (...more: readonly string[]) => gh("api", "--method", "PUT", environment, "--silent", ...more);
  const policy = ["protected_branches=false", "custom_branch_policies=true"];
  const onlyMain = gh(
    "api",
    "--method",
    "POST",
    `${environment}/deployment-branch-policies`,
    "--silent",
    "--field",
    "name=main",
  );
  const asked = identity === "up" ? reviewer?.replace(/^@/u, "") : undefined;
  if (asked === undefined)
    return [
      put(...policy.flatMap((one) => ["--field", `deployment_branch_policy[${one.replace("=", "]=")}`])),
      onlyMain,
    ];
  const [owner = "", team] = asked.split("/");
  const who = team === undefined ? `users/${owner}` : `orgs/${owner}/teams/${team}`;
  const body =
    `{reviewers: [{type: "${team === undefined ? "User" : "Team"}", id}], ` +
    "deployment_branch_policy: {protected_branches: false, custom_branch_policies: true}}";
  return [{ ...gh("api", who, "--jq", body), into: put("--input", "-") }, onlyMain];
}
