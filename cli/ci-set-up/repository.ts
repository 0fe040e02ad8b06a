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

export async function lookAtRepository(
  bootstrap: BootstrapStack,
  github: GithubSettings,
  guarded: readonly Guarded[] = guardedBy(bootstrap),
): Promise<Looked> {
  const { repository } = github;
  const shape = v.looseObject({ visibility: v.string(), default_branch: v.string() });
  const reply = await readGh(`repos/${repository}`, shape);
  if (!("body" in reply)) {
    const none = unseen(reply);
    return { visibility: none, main: none, environments: none, missing: [] };
  }
  const { visibility, default_branch: branch } = reply.body;
  const [main, found] = await Promise.all([
    branch === "main" ? judgeMain(repository) : judgeDefault(repository, branch),
    Promise.all(guarded.map(async (one) => await lookAtEnvironment(github, one))),
  ]);
  return {
    visibility: judgeVisibility(repository, visibility),
    main,
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
