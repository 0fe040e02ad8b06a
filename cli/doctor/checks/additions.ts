/** Who else can act as the application, or change it: the look of `drift`, against the state as it is recorded. */
import { present, sentence } from "../../../lib/errors/failure";
import { additionsTo, idsIn } from "../../drift/additions";
import { listed, otherFixes } from "../../drift/report";
import { check, failed, ok, warning } from "../check";

const right = "Application.Read.All on Microsoft Graph";

export const additionsCheck = check("additions", "Credentials and owners", ["application"], {
  right,
  look: async (facts) => {
    const { resources } = present(await facts.deployment(), "There is no stack, and this check is one of a stack.");
    const { owners } = { owners: undefined, ...(await facts.stack())?.settings };
    const recorded = resources.map(({ inputs = {}, outputs = {}, ...one }) => {
      const expected = owners ?? idsIn(inputs["owners"] ?? outputs["owners"]);
      return { ...one, inputs, outputs, owners: expected, areNamed: owners !== undefined };
    });
    const { drift, others, unreadable } = await additionsTo(recorded, (await facts.directory()).graph);
    const [why] = unreadable;
    if (why !== undefined) {
      return failed(`could not tell: ${why}`, sentence(`Ask an administrator for the right to look: ${right}`));
    }
    if (drift.length > 0) return warning(`somebody added or opened: ${listed(drift).join("; ")}`, otherFixes(drift));
    if (others.length === 0) return ok("none but this stack's");
    // Its owner must decide about entries that are not the stack's.
    const counts = [...Map.groupBy(others, ({ property }) => property)].map(([name, all]) => `${name}: ${all.length}`);
    return ok(`beside this stack's, managed by its owner: ${counts.join(", ")}`);
  },
});
