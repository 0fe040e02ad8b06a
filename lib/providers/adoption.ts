/** The provider of Adoption, in the engine's provider process. It must handle every earlier state. */
import { findApplication, isRestorable } from "../application/applications";
import { graphOf } from "../azure/graph";
import type { CloudChoice } from "../config/clouds";
import { type Added, nothingAdded, type WholeWanted } from "../application/adoption/lists";
import { requireAdoptable } from "../application/adoption/checks";
import { lookAtApplication } from "../application/adoption/look";
import {
  addToApplication,
  findOrMakeServicePrincipal,
  joinGroups,
  leaveGroup,
  takeBackServicePrincipal,
  takeFromApplication,
} from "../application/adoption/steps";
import { Failure, sentence } from "../errors/failure";
import { cleanly, partialFailure, withRights } from "./failures";

interface Inputs extends CloudChoice, WholeWanted {
  tenantId: string;
  objectId: string;
  changeSignInAudience: boolean;
}

interface Outputs extends Inputs {
  servicePrincipalObjectId: string;
  added: Added;
}

export async function create(inputs: Inputs): Promise<{ id: string; outs: Outputs }> {
  const initial = { ...inputs, servicePrincipalObjectId: "", added: structuredClone(nothingAdded) };
  return { id: inputs.objectId, outs: await adopt(initial) };
}

/** Finishes what create could not, repairs drift, and removes what is no longer required. */
export async function update(_id: string, olds: Outputs, news: Inputs): Promise<{ outs: Outputs }> {
  const { servicePrincipalObjectId, added } = olds;
  return { outs: await adopt({ ...news, servicePrincipalObjectId, added: structuredClone(added) }) };
}

/** Missing entries are removed from the inputs too, so that the engine shows each as a change by its name. */
export const read = cleanly(
  async (id: string, outputs: Outputs): Promise<{ id: string; props: object; inputs?: Inputs }> => {
    const graph = graphOf(outputs);
    const application = await findApplication(graph, outputs.objectId);
    if (application === undefined)
      return (await isRestorable(graph, outputs.objectId)) ? { id, props: outputs } : { id: "", props: {} };
    const { servicePrincipalObjectId: known, added: before, ...wanted } = outputs;
    const { present, added, ...found } = await lookAtApplication(graph, application, wanted, before);
    if (found.servicePrincipalObjectId === "" && (await isRestorable(graph, known))) return { id, props: outputs };
    const inputs = { ...wanted, ...present };
    const servicePrincipalObjectId = found.servicePrincipalObjectId || known;
    return { id, props: { ...inputs, servicePrincipalObjectId, added } satisfies Outputs, inputs };
  },
  explained,
);

/** Removes the additions that are still there. */
export const remove = cleanly(async (_id: string, outputs: Outputs): Promise<void> => {
  const { added, servicePrincipalObjectId } = outputs;
  const graph = graphOf(outputs);
  for (const group of added.groups) await leaveGroup(graph, group, servicePrincipalObjectId);
  const application = await findApplication(graph, outputs.objectId);
  if (application !== undefined) await takeFromApplication(graph, application, added);
  await takeBackServicePrincipal(graph, outputs.clientId, added);
}, explained);

export { remove as delete };

/** @param outputs with an earlier run's additions; those of this run are recorded even if a step fails */
async function adopt(outputs: Outputs): Promise<Outputs> {
  const { clientId, objectId, groups, added } = outputs;
  try {
    const graph = graphOf(outputs);
    const application = await findApplication(graph, objectId);
    if (application === undefined)
      throw new Failure("application-missing", `The application ${objectId} does not exist any more.`);
    requireAdoptable(graph.origin, application, outputs, outputs.changeSignInAudience);
    await addToApplication(graph, application, outputs, added);
    const servicePrincipalObjectId = await findOrMakeServicePrincipal(graph, clientId, added);
    const made = Object.assign(outputs, { servicePrincipalObjectId });
    await joinGroups(graph, groups, servicePrincipalObjectId, added);
    return made;
  } catch (error) {
    throw partialFailure(objectId, outputs, explained(error));
  }
}

function explained(error: unknown): unknown {
  const rights = sentence(
    "The deployer needs Application.ReadWrite.All, or Application.ReadWrite.OwnedBy and to be an owner of the application; " +
      "for the pre-consent GroupMember.ReadWrite.All too (docs/runbook.md, roles).",
  );
  return withRights(error, [rights]);
}
