/** Actions policies, which may forbid events of the template's workflow. */
import * as v from "valibot";
import { readGh } from "./gh";

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
