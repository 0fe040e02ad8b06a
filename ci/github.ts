/** GitHub's side: whose tokens are trusted, and the lines that set the repository up. No line carries a secret: nothing here is one. */
import { type Command, command } from "../errors/failure";
import type { Environment } from "./environments";

export interface Github {
  /** owner/name */
  repository: string;
  /** Before `:environment:…`. Default: repo:owner/name. */
  subjectPrefix?: string | undefined;
  /** A user, or a team as organization/team; asked before each `up`. */
  reviewer?: string | undefined;
}

/** What the token of a job in an environment says that it is. Entra compares it letter by letter. */
export const subjectOf = ({ repository, subjectPrefix = `repo:${repository}` }: Github, environment: string): string =>
  `${subjectPrefix}:environment:${environment}`;

const gh = (...args: readonly string[]): Command => command("gh", ...args);

/**
 * The lines that make environments and variables, in the order to run them. Each can be run again.
 * @param environments of all stacks
 */
export function githubLines(github: Github, environments: readonly Environment[]): Command[] {
  const { repository } = github;
  const inRepository = ["--repo", repository];
  const variables = environments.flatMap(({ name, variables: all }) =>
    // By name: a stack's outputs come back in that order.
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

/** What looks is open to pull requests; what changes admits main alone, and `up` asks its reviewer. */
function protectionOf({ repository, reviewer }: Github, { name, identity }: Environment): Command[] {
  const environment = `repos/${repository}/environments/${name}`;
  const put = (...more: readonly string[]) => gh("api", "--method", "PUT", environment, "--silent", ...more);
  if (identity === "read") return [put()];
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
