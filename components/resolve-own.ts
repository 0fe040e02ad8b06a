/** Checks that the application of this stack is there and in its state, before a run makes another one. */
import * as pulumi from "@pulumi/pulumi";
import { deletedParts, droppedParts, goneParts, lostOf, lostStateParts } from "../lib/application/lost";
import { named } from "../lib/application/applications";
import { findDeletedOwn, findOwn } from "../lib/application/own";
import type { AzureApi } from "../lib/azure/api";
import { Failure } from "../lib/errors/failure";
import { identifierOf } from "./naming";
import { applicationType, isEmpty, type OwnState } from "./own-state";

interface Asked {
  tenantId: string;
  existingApplication?: string;
  /** The client id of an application that is gone for good, whose loss a person has accepted. */
  replaceApplication?: string | undefined;
}

/** @param name of the model @throws Failure with what restores it, or by which setting a person accepts its loss */
export async function requireOwnApplication(
  name: string,
  graph: AzureApi,
  { tenantId, existingApplication, replaceApplication }: Asked,
  state: OwnState,
): Promise<void> {
  const stack = pulumi.getStack();
  const { applicationId } = state.outputs;
  if (applicationId !== undefined) {
    const lost = await lostOf(graph, applicationId);
    if (lost?.kept !== undefined) throw new Failure("application-deleted", deletedParts(lost, stack));
    if (lost?.kind === "application" && replaceApplication?.toLowerCase() !== applicationId.toLowerCase())
      throw new Failure("application-gone", goneParts(applicationId));
    const isDropped = existingApplication === undefined && !state.types.has(applicationType);
    if (lost === undefined && isDropped) throw new Failure("application-dropped", droppedParts(applicationId, stack));
    return;
  }
  // A killed or failed first deployment has no outputs either, and its application in the state.
  if (existingApplication !== undefined || !isEmpty(state)) return;
  const unique = identifierOf(tenantId, name);
  const application = await findOwn(graph, unique);
  if (application !== undefined) throw new Failure("state-lost", lostStateParts(named(application), stack));
  const deleted = await findDeletedOwn(graph, unique);
  if (deleted === undefined) return;
  await pulumi.log.info(
    `This makes another application than before. The former one (client id ${deleted.appId}, deleted on ${deleted.deletedDateTime.slice(0, 10)}) can be restored ` +
      "for 30 days, with its customers' consents: docs/state-lost.md.",
  );
}

/**
 * The tag of a token names this stack, and the state has nothing of it. What is adopted is taken over.
 * @throws Failure where the stack would make its vault, which is there
 */
export async function tellLost(vaultUri: string, makesVault: boolean): Promise<void> {
  const { what, why = "", ...fixes } = lostStateParts(`The vault ${vaultUri}, as its token says,`, pulumi.getStack());
  if (makesVault) throw new Failure("state-lost", { what, why, ...fixes });
  await pulumi.log.warn(
    `${what} ${why} Then log in there: of two states each undoes what the other does (docs/state-lost.md).`,
  );
}
