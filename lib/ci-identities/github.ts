/** GitHub: the subject of its tokens, and the lines that set up the repository, without any secret. */
import type { GithubSettings } from "../config/bootstrap";
import { type Command, command } from "../errors/failure";
import type { Environment, Guarded } from "./environments";

/** The subject of a token for a job in an environment. Entra requires an exact match. */
export const subjectOf = (
  { repository, subjectPrefix = `repo:${repository}` }: GithubSettings,
  environment: string,
): string => `${subjectPrefix}:environment:${environment}`;

const gh = (...args: readonly string[]): Command => command("gh", ...args);

/** Guards come first: when a workflow of any branch names an environment, GitHub makes it unprotected. */
export const guardLines = (github: GithubSettings, guarded: readonly Guarded[]): Command[] =>
  guarded.flatMap((one) => protectionOf(github, one));

/** The variables that jobs use: a manipulated state may contain others. */
const variableNames = [
  "AZURE_CLIENT_ID",
  "AZURE_SUBSCRIPTION_ID",
  "AZURE_TENANT_ID",
  "PULUMI_BACKEND_URL",
  "VAULT_URI",
];

/** Lines that set the variables, then enable the jobs; all can be repeated. @param environments of all stacks */
export function variableLines({ repository }: GithubSettings, environments: readonly Environment[]): Command[] {
  const inRepository = ["--repo", repository];
  const variables = environments.flatMap(({ name, variables: all }) =>
    variableNames.flatMap((variable) => {
      const value = all[variable];
      if (value === undefined) return [];
      return [gh("variable", "set", variable, "--env", name, ...inRepository, "--body", value)];
    }),
  );
  return [...variables, gh("variable", "set", "DEPLOYMENTS", ...inRepository, "--body", "on")];
}

export function reviewerOf(
  { reviewer }: GithubSettings,
  { identity }: Guarded,
): { type: "User" | "Team"; path: string } | undefined {
  if (identity !== "up" || reviewer === undefined) return undefined;
  const [owner = "", team] = reviewer.replace(/^@/u, "").split("/");
  return team === undefined
    ? { type: "User", path: `users/${owner}` }
    : { type: "Team", path: `orgs/${owner}/teams/${team}` };
}

export const environmentPath = ({ repository }: GithubSettings, { name }: Guarded): string =>
  `repos/${repository}/environments/${name}`;

/** Every environment admits main alone: any author controls a branch's workflows. `up` asks its reviewer. */
function protectionOf(github: GithubSettings, guarded: Guarded): Command[] {
  const environment = environmentPath(github, guarded);
  const put = (...more: readonly string[]) => gh("api", "--method", "PUT", environment, "--silent", ...more);
  const policies = `${environment}/deployment-branch-policies`;
  const onlyMain = gh("api", "--method", "POST", policies, "--silent", "--field", "name=main");
  const asked = reviewerOf(github, guarded);
  // GitHub refuses every body with reviewers if the repository's plan has none.
  if (asked === undefined) {
    const policy = ["[protected_branches]=false", "[custom_branch_policies]=true"];
    return [put(...policy.flatMap((one) => ["--field", `deployment_branch_policy${one}`])), onlyMain];
  }
  const body =
    `{reviewers: [{type: "${asked.type}", id}], prevent_self_review: true, ` +
    "deployment_branch_policy: {protected_branches: false, custom_branch_policies: true}}";
  return [{ ...gh("api", asked.path, "--jq", body), into: put("--input", "-") }, onlyMain];
}
