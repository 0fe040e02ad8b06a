/** Whether an unreviewed push reaches an identity, and whether strangers can read what jobs publish. */
import * as v from "valibot";
import type { Guarded } from "../../lib/ci-identities/environments";
import type { Github } from "../../lib/ci-identities/github";
import { byPerson, command, run } from "../../lib/errors/failure";
import { failed, type Finding, ok, skipped } from "../doctor/check";
import { judgeEnvironments, lookAtEnvironment } from "./environments";
import { ghMissing, readGh, refusalIn } from "./gh-and-az";
import { judgeMain, ruleOfMain } from "./main-rule";

export interface Looked {
  visibility: Finding;
  main: Finding;
  environments: Finding;
  /** Those that are not there as declared, with what a person asked for beside it. */
  unguarded: readonly Guarded[];
}

export async function lookAtRepository(stack: string, github: Github, guarded: readonly Guarded[]): Promise<Looked> {
  const { repository } = github;
  const missing = await ghMissing();
  const reply =
    missing === undefined ? await readGh(`repos/${repository}`, repositoryShape) : { status: 0, said: missing.what };
  if (!("body" in reply)) {
    const none = skipped(`not checked: ${refusalIn(reply)}`);
    return { visibility: none, main: none, environments: none, unguarded: guarded };
  }
  const { visibility, default_branch: branch } = reply.body;
  const [main, found] = await Promise.all([
    ruleOfMain(repository),
    Promise.all(guarded.map((one) => lookAtEnvironment(github, one))),
  ]);
  const reached = found.filter(({ one, isReviewed }) => one.identity !== undefined && !isReviewed);
  const names = reached.map(({ one }) => one.name);
  return {
    visibility: judgeVisibility(repository, visibility),
    main: branch === "main" ? judgeMain(repository, main, names) : judgeDefault(repository, branch),
    environments: judgeEnvironments(stack, found),
    unguarded: found.filter(({ isDeclared }) => !isDeclared).map(({ one }) => one),
  };
}

const repositoryShape = v.looseObject({ visibility: v.string(), default_branch: v.string() });

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
