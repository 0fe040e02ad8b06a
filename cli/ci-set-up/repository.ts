/** Whether an unreviewed push reaches an identity, and whether strangers can read what jobs publish. */
import * as v from "valibot";
import { type Guarded, guardedOf } from "../../lib/ci-identities/environments";
import type { GithubSettings } from "../../lib/config/bootstrap";
import { describeModel } from "../../lib/config/model-file";
import { byPerson, command, run } from "../../lib/errors/failure";
import { failed, type Finding, ok } from "../doctor/check";
import type { BootstrapStack } from "../engine/stack";
import { judgeEnvironments, lookAtEnvironment } from "./environments";
import { readGh, unseen } from "./gh";
import { judgeMain } from "./main-rule";

export interface Looked {
  visibility: Finding;
  main: Finding;
  environments: Finding;
  missing: readonly Guarded[];
}

export const guardedBy = ({ settings, root }: BootstrapStack): Guarded[] =>
  guardedOf(settings.ci.stacks.map((entry) => describeModel(entry, root, settings)));

export async function lookAtRepository(bootstrap: BootstrapStack, github: GithubSettings): Promise<Looked> {
  const { repository } = github;
  const shape = v.looseObject({ visibility: v.string(), default_branch: v.string() });
  const reply = await readGh(`repos/${repository}`, shape);
  if (!("body" in reply)) {
    const none = unseen(reply);
    return { visibility: none, main: none, environments: none, missing: [] };
  }
  const { visibility, default_branch: branch } = reply.body;
  const found = await Promise.all(guardedBy(bootstrap).map(async (one) => await lookAtEnvironment(github, one)));
  return {
    visibility: judgeVisibility(repository, visibility),
    main: branch === "main" ? await judgeMain(repository) : judgeDefault(repository, branch),
    environments: judgeEnvironments(bootstrap.name, github, found),
    missing: found.filter(({ isMissing }) => isMissing).map(({ one }) => one),
  };
}

const toPrivate = ["--visibility", "private", "--accept-visibility-change-consequences"];

/** Issues, comments, logs and attached pages name tenants, accounts and dates. */
function judgeVisibility(repository: string, visibility: string): Finding {
  if (visibility !== "public") return ok(`${repository} is ${visibility}`);
  return failed(
    `${repository} is public: its issues, comments, logs and pages would show everybody tenants, accounts, dates and open problems`,
    byPerson(
      "Make it private; it loses its stars, and public forks are detached",
      command("gh", "repo", "edit", repository, ...toPrivate),
    ),
  );
}

/** GitHub starts by the clock, and on a pull request, what stands there. */
const judgeDefault = (repository: string, branch: string): Finding =>
  failed(
    `the default branch of ${repository} is ${branch}: GitHub runs the workflows of that branch, and each environment allows only main`,
    run("Make main the default", command("gh", "repo", "edit", repository, "--default-branch", "main")),
  );

/** The events of the template's workflow. */
const events = ["push", "pull_request_target", "schedule", "workflow_dispatch"];

const policiesShape = v.looseObject({
  policies: v.array(v.looseObject({ id: v.number(), name: v.string(), enforcement: v.string() })),
});
const ruleShape = v.looseObject({ parameters: v.looseObject({ allowed_events: v.optional(v.array(v.string())) }) });
const policyShape = v.looseObject({ rules: v.array(ruleShape) });

/** Policies of the repository, its organization and enterprise, as far as GitHub shows them to who asks: sentences. */
export async function forbiddenEvents(repository: string): Promise<string[]> {
  const path = `repos/${repository}/actions/policies`;
  const all = await readGh(`${path}?per_page=100`, policiesShape);
  const active = "body" in all ? all.body.policies.filter(({ enforcement }) => enforcement === "active") : [];
  const said = active.map(async ({ id, name }) => {
    const policy = await readGh(`${path}/${id}`, policyShape);
    const lists =
      "body" in policy
        ? policy.body.rules.flatMap((one) => (one.parameters.allowed_events ? [one.parameters.allowed_events] : []))
        : [];
    const missing = events.filter((event) => lists.some((list) => !list.includes(event)));
    const what = `The Actions policy ${name} does not allow ${missing.join(", ")}: where it covers partner.yml, those runs fail.`;
    return missing.length === 0 ? [] : [what];
  });
  return (await Promise.all(said)).flat();
}
