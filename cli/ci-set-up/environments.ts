/** Whether the environments of the jobs admit main alone, and ask whom the settings name. */
import * as v from "valibot";
import type { Guarded } from "../../lib/ci-identities/environments";
import { type Github, reviewerOf } from "../../lib/ci-identities/github";
import { command, ownCommand, run } from "../../lib/errors/failure";
import { failed, type Finding, ok, skipped } from "../doctor/check";
import { readGh, refusalIn } from "./gh-and-az";

interface Seen {
  one: Guarded;
  /** Whether it admits main alone and asks whom it is to ask: then its line is not run again. */
  isDeclared: boolean;
  /** Whether somebody other than who started a job approves it. */
  isReviewed: boolean;
  wrong: readonly string[];
  unseen?: string;
  others: readonly { said: string; path: string }[];
}

const reviewerShape = v.looseObject({ id: v.number(), login: v.optional(v.string()), slug: v.optional(v.string()) });
const ruleShape = v.looseObject({
  type: v.string(),
  prevent_self_review: v.optional(v.boolean()),
  wait_timer: v.optional(v.number()),
  reviewers: v.optional(v.array(v.looseObject({ type: v.string(), reviewer: reviewerShape }))),
});
const environmentShape = v.looseObject({
  protection_rules: v.optional(v.array(ruleShape)),
  deployment_branch_policy: v.nullish(v.looseObject({ custom_branch_policies: v.boolean() })),
});

const policiesShape = v.looseObject({
  branch_policies: v.array(v.looseObject({ id: v.number(), name: v.string(), type: v.optional(v.string()) })),
});

export async function lookAtEnvironment(github: Github, declared: Guarded): Promise<Seen> {
  const path = `repos/${github.repository}/environments/${declared.name}`;
  const reply = await readGh(path, environmentShape);
  if (!("body" in reply)) {
    const none = { one: declared, isDeclared: false, isReviewed: false, others: [] };
    return reply.status === 404
      ? { ...none, wrong: ["does not exist: a workflow of any branch could create it, open to its own branch"] }
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
  const unasked =
    asked === undefined || (isAsked && isReviewed) ? [] : [`does not require approval by ${String(name)}`];
  if (policy?.custom_branch_policies !== true)
    return { ...none, wrong: ["allows more branches than main", ...unasked] };
  const policyPath = `${path}/deployment-branch-policies`;
  const policies = await readGh(`${policyPath}?per_page=100`, policiesShape);
  if (!("body" in policies)) return { ...none, wrong: unasked, unseen: refusalIn(policies) };
  const { branch_policies: admitted } = policies.body;
  const isMain = ({ name: pattern, type = "branch" }: (typeof admitted)[number]) =>
    pattern === "main" && type === "branch";
  const others = admitted
    .filter((each) => !isMain(each))
    .map(({ id, name: pattern, type = "branch" }) => ({ said: `${type} ${pattern}`, path: `${policyPath}/${id}` }));
  const wrong = [
    ...(admitted.some(isMain) ? [] : ["does not allow main"]),
    ...(others.length === 0 ? [] : [`admits ${others.map(({ said }) => said).join(", ")}`]),
    ...unasked,
  ];
  return { one, isDeclared: admitted.some(isMain) && unasked.length === 0, isReviewed, wrong, others };
}

export function judgeEnvironments(stack: string, found: readonly Seen[]): Finding {
  const wrong = found.flatMap(({ one, wrong: all }) => all.map((said) => `${one.name} ${said}`));
  const [unseen] = found.flatMap(({ unseen: said }) => said ?? []);
  if (wrong.length > 0) {
    const away = found.flatMap(({ others }) =>
      others.map(({ path }) => command("gh", "api", "--method", "DELETE", path, "--silent")),
    );
    return failed(wrong.join("; "), [
      ...(away.length > 0 ? [run("Allow main alone", ...away)] : []),
      ...(found.every(({ isDeclared }) => isDeclared)
        ? []
        : [run("Protect them", ownCommand("ci", "set-up", "--stack", stack))]),
    ]);
  }
  if (unseen !== undefined) return skipped(`not checked: ${unseen}`);
  const reviewed = found.filter(({ isReviewed }) => isReviewed).map(({ one }) => one.name);
  const asked = reviewed.length === 0 ? "" : `; ${reviewed.join(", ")} asks somebody else for approval`;
  return ok(`${found.map(({ one }) => one.name).join(", ")}: each allows only main${asked}`);
}
