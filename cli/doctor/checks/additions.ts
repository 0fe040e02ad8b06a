/** Who else can act as the application, or change it: as in `drift`, against the recorded state. */
import { removeCredential } from "../../../lib/application/applications";
import { newerParts } from "../../../lib/application/lost";
import { adoptionType } from "../../../lib/application/recorded";
import { byPerson, type Command, ownCommand, present, sentence } from "../../../lib/errors/failure";
import { kindIn } from "../../engine/deployment";
import { additionsTo, hasPrincipals, type Recorded } from "../../drift/additions";
import { idsIn } from "../../drift/differences";
import { listed, otherFixes } from "../../drift/report";
import { shortName } from "../../options/target-options";
import { exitCodes } from "../../terminal/exit-code";
import { check, failed, type Finding, ok, saidOf, warning } from "../check";
import { type Facts, requireFact } from "../facts";
import { requireRemoval } from "../repair-state";
import { removalBy, strayCredentials } from "../stray-credentials";

const right = "Application.Read.All on Microsoft Graph";

export const additionsCheck = check("additions", "Credentials and owners", ["application"], {
  only: "stack",
  right,
  look: async (facts) => (await judgeStrays(facts)) ?? (await judgeAdded(facts)),
  repair: async (facts) => {
    const strays = await straysOf(facts);
    // The state is an older one: what it lacks is not lost.
    if (strays.some(({ isUsed }) => isUsed)) return "";
    const useless = await requireRemoval(facts, strays);
    const { graph } = await facts.directory();
    for (const { credential } of useless) await removeCredential(graph, credential.application, credential.keyId);
    return useless.length === 0 ? "" : `Removed: ${useless.map((one) => one.found).join("; ")}.`;
  },
});

/** @returns undefined without a credential that a killed run left, or that is of a newer state */
async function judgeStrays(facts: Facts): Promise<Finding | undefined> {
  const { resources } = await requireFact(facts.deployment, "stack");
  const isOwn = resources.some(({ type }) => kindIn(type) === "Application");
  const all = await straysOf(facts);
  const used = all.find(({ isUsed }) => isUsed);
  // On an adopted application the credential may be another stack's.
  if (isOwn && used !== undefined) {
    const stack = shortName(present((await facts.stack())?.name, "No stack was named."));
    const { fixes = [], ...said } = newerParts(`The credential ${used.found},`, stack);
    return failed(saidOf(said), fixes, exitCodes.usage);
  }
  const strays = all.filter(({ isUsed }) => isUsed !== true);
  if (strays.length === 0) return undefined;
  const what = `in no state of this stack, as a killed run leaves it: ${strays.map((one) => one.found).join("; ")}`;
  const own = strays.flatMap((one) => one.own ?? []);
  if (isOwn) return failed(what, own.length === 0 ? unlessOthers(fix) : own);
  // Several stacks may have adopted it, with the same labels.
  const { graph } = await facts.directory();
  const each = strays.flatMap(({ credential }) => (credential ? removalBy(graph, credential) : []));
  return warning(what, unlessOthers(...each));
}

async function judgeAdded(facts: Facts): Promise<Finding> {
  const { resources } = await requireFact(facts.deployment, "stack");
  const { owners } = { owners: undefined, ...(await facts.stack())?.settings };
  const recorded = resources.map(({ inputs = {}, outputs = {}, ...one }) => {
    const expected = owners ?? idsIn(inputs["owners"] ?? outputs["owners"]);
    return { ...one, inputs, outputs, owners: expected, areNamed: owners !== undefined };
  });
  const looked = hasPrincipals(recorded) ? recorded : [await foundOnly(facts)];
  const { drift, others, unreadable } = await additionsTo(looked, (await facts.directory()).graph);
  const [why] = unreadable;
  if (why !== undefined)
    return failed(`could not tell: ${why}`, sentence(`Ask an administrator for this right: ${right}`));
  if (drift.length > 0) return warning(`somebody added or opened: ${listed(drift).join("; ")}`, otherFixes(drift));
  if (others.length === 0) return ok("only this stack's");
  // Its owner must decide about entries that are not the stack's.
  const counts = [...Map.groupBy(others, ({ property }) => property)].map(([name, all]) => `${name}: ${all.length}`);
  return ok(`also others', managed by its owner: ${counts.join(", ")}`);
}

const straysOf = async (facts: Facts) =>
  await strayCredentials(await requireFact(facts.deployment, "stack"), {
    graph: (await facts.directory()).graph,
    usedKeys: facts.usedKeys,
    owns: facts.owns,
  });

const fix = ownCommand("doctor", "--fix");
const unlessOthers = (...commands: Command[]) => byPerson("Unless another stack made it, remove it", ...commands);

/** The application as an adoption records it: all other credentials belong to its owner. */
async function foundOnly(facts: Facts): Promise<Recorded> {
  const { id, appId } = await requireFact(facts.application, "application");
  const servicePrincipalObjectId = (await (await facts.directory()).principalOf(appId))?.id;
  const outputs = { clientId: appId, objectId: id, servicePrincipalObjectId };
  return { type: adoptionType, urn: "", inputs: {}, outputs, owners: undefined };
}
