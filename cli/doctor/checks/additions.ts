/** Who else can act as the application, or change it: as in `drift`, against the recorded state. */
import { sentence } from "../../../lib/errors/failure";
import { additionsTo, asAdopted, hasPrincipals, idsIn, type Recorded } from "../../drift/additions";
import { listed, otherFixes } from "../../drift/report";
import { check, failed, ok, warning } from "../check";
import { type Facts, found } from "../facts";

const right = "Application.Read.All on Microsoft Graph";

export const additionsCheck = check("additions", "Credentials and owners", ["application"], {
  only: "stack",
  right,
  look: async (facts) => {
    const { resources } = await found(facts.deployment, "stack");
    const { owners } = { owners: undefined, ...(await facts.stack())?.settings };
    const recorded = resources.map(({ inputs = {}, outputs = {}, ...one }) => {
      const expected = owners ?? idsIn(inputs["owners"] ?? outputs["owners"]);
      return { ...one, inputs, outputs, owners: expected, areNamed: owners !== undefined };
    });
    const looked = hasPrincipals(recorded) ? recorded : [await foundOnly(facts)];
    const { drift, others, unreadable } = await additionsTo(looked, (await facts.directory()).graph);
    const [why] = unreadable;
    if (why !== undefined) {
      return failed(`could not tell: ${why}`, sentence(`Ask an administrator for this right: ${right}`));
    }
    if (drift.length > 0) return warning(`somebody added or opened: ${listed(drift).join("; ")}`, otherFixes(drift));
    if (others.length === 0) return ok("only this stack's");
    // Its owner must decide about entries that are not the stack's.
    const counts = [...Map.groupBy(others, ({ property }) => property)].map(([name, all]) => `${name}: ${all.length}`);
    return ok(`also others', managed by its owner: ${counts.join(", ")}`);
  },
});

async function foundOnly(facts: Facts): Promise<Recorded> {
  const { id, appId } = await found(facts.application, "application");
  return asAdopted(appId, id, (await (await facts.directory()).principalOf(appId))?.id);
}
