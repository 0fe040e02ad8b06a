/** Environments of the jobs: they must admit main alone, and ask the reviewer that the settings name. */
import * as v from "valibot";
import type { Guarded } from "../../lib/ci-identities/environments";
import { environmentPath, reviewerOf } from "../../lib/ci-identities/github";
import type { GithubSettings } from "../../lib/config/bootstrap";
import { byPerson, command, ownCommand, run } from "../../lib/errors/failure";
import { failed, type Finding, ok } from "../doctor/check";
import { readGh, unseen } from "./gh";

export interface Seen {
  one: Guarded;
  isMissing?: true;
  wrong: readonly string[];
  unseen?: Finding;
}

const reviewerShape = v.looseObject({ login: v.optional(v.string()), slug: v.optional(v.string()) });
const ruleShape = v.looseObject({
  prevent_self_review: v.optional(v.boolean()),
  reviewers: v.optional(v.array(v.looseObject({ type: v.string(), reviewer: reviewerShape }))),
});
const environmentShape = v.looseObject({
  protection_rules: v.optional(v.array(ruleShape)),
  deployment_branch_policy: v.nullish(v.looseObject({ custom_branch_policies: v.boolean() })),
});

const policiesShape = v.looseObject({
  branch_policies: v.array(v.looseObject({ name: v.string(), type: v.optional(v.string(), "branch") })),
});

export async function lookAtEnvironment(github: GithubSettings, one: Guarded): Promise<Seen> {
  const path = environmentPath(github, one);
  const reply = await readGh(path, environmentShape);
  if (!("body" in reply)) {
    const missing = "does not exist: a workflow of any branch could create it, open to its own branch";
    return reply.status === 404
      ? { one, isMissing: true, wrong: [missing] }
      : { one, wrong: [], unseen: unseen(reply) };
  }
  const { protection_rules: rules = [], deployment_branch_policy: policy } = reply.body;
  const unasked = unaskedIn(rules, reviewerOf(github, one));
  if (policy?.custom_branch_policies !== true) return { one, wrong: ["allows more branches than main", ...unasked] };
  const policies = await readGh(`${path}/deployment-branch-policies?per_page=100`, policiesShape);
  if (!("body" in policies)) return { one, wrong: unasked, unseen: unseen(policies) };
  const admitted = policies.body.branch_policies.map(({ type, name }) => `${type} ${name}`);
  const others = admitted.filter((each) => each !== "branch main");
  const noMain = admitted.length > others.length ? [] : ["does not allow main"];
  const more = others.length === 0 ? [] : [`admits ${others.join(", ")}`];
  return { one, wrong: [...noMain, ...more, ...unasked] };
}

function unaskedIn(rules: v.InferOutput<typeof ruleShape>[], asked: ReturnType<typeof reviewerOf>): string[] {
  if (asked === undefined) return [];
  const name = asked.path.split("/").at(-1);
  const isAsked = rules.some(
    ({ prevent_self_review: isOther, reviewers = [] }) =>
      isOther === true &&
      reviewers.some(({ type, reviewer: { login, slug } }) => type === asked.type && [login, slug].includes(name)),
  );
  return isAsked ? [] : [`does not require approval by ${String(name)}`];
}

export function judgeEnvironments(stack: string, github: GithubSettings, found: readonly Seen[]): Finding {
  const wrong = found.filter((each) => each.wrong.length > 0);
  const notSeen = found.find((each) => each.unseen !== undefined);
  if (wrong.length === 0)
    return notSeen?.unseen ?? ok(`${found.map(({ one }) => one.name).join(", ")}: each allows only main`);
  const away = wrong
    .filter(({ isMissing }) => !isMissing)
    .map(({ one }) => command("gh", "api", "--method", "DELETE", environmentPath(github, one), "--silent"));
  const anew = ownCommand("ci", "set-up", "--stack", stack);
  return failed(
    wrong.flatMap(({ one, wrong: all }) => all.map((said) => `${one.name} ${said}`)).join("; "),
    away.length === 0
      ? run("Protect them", anew)
      : byPerson(
          "Delete the wrong environments, with their secrets and reviewers, and protect them again",
          ...away,
          anew,
        ),
  );
}
