/** The provider of DelegatedGrants. It must handle the state of every earlier version. */
import { findServicePrincipalOf, isRestorable } from "../application/applications";
import {
  type AddedGrant,
  addGrants,
  everybody,
  grantedOf,
  principalOf,
  resourcesOf,
  stillGranted,
  takeBackGrants,
  type WantedGrant,
} from "../application/delegated-grants";
import { Directory, findAccount, grantsTo } from "../application/directory";
import { awaitServicePrincipal } from "../application/graph-changes";
import { graphOf } from "../azure/graph";
import { type CloudChoice, cloudOf } from "../config/clouds";
import { administratorCommand } from "../token/command";
import { byPerson, Failure, ownCommand, removeSetting, sentence } from "../errors/failure";
import { cleanly, partialFailure, withRights } from "./failures";

interface Inputs extends CloudChoice {
  tenantId: string;
  clientId: string;
  /** A user principal name, or "everybody". */
  grantedTo: string;
  grants: Record<string, WantedGrant>;
}

interface Outputs extends Inputs {
  /** Object id of the application's service principal; "" before it was found. */
  servicePrincipalObjectId: string;
  /** Object id of the account; "" for everybody. */
  principalId: string;
  added: AddedGrant[];
}

export async function create(inputs: Inputs): Promise<{ id: string; outs: Outputs }> {
  const initial: Outputs = { ...inputs, servicePrincipalObjectId: "", principalId: "", added: [] };
  return { id: inputs.clientId, outs: await grant(initial) };
}

/** Finishes what create could not, repairs drift, and removes what is no longer required. */
export async function update(_id: string, olds: Outputs, news: Inputs): Promise<{ outs: Outputs }> {
  const { servicePrincipalObjectId, principalId, added } = olds;
  return { outs: await grant({ ...news, servicePrincipalObjectId, principalId, added: structuredClone(added) }) };
}

/** Missing grants are removed from the inputs too, so that the engine shows each as a change by its name. */
export const read = cleanly(
  async (id: string, outputs: Outputs): Promise<{ id: string; props: Outputs; inputs: Inputs }> => {
    const { servicePrincipalObjectId: known, principalId: before, added, ...wanted } = outputs;
    const graph = graphOf(outputs);
    const client = await findServicePrincipalOf(graph, outputs.clientId);
    if (client === undefined && (await isRestorable(graph, known))) return { id, props: outputs, inputs: wanted };
    const grants = client === undefined ? [] : await grantsTo(graph, client.id);
    const account = outputs.grantedTo === everybody ? "" : await findAccount(graph, outputs.grantedTo);
    const principalId = account ?? before;
    const resources = await resourcesOf(new Directory(graph), wanted.grants);
    const inputs = { ...wanted, grants: grantedOf(wanted.grants, grants, resources, principalId) };
    const servicePrincipalObjectId = client?.id ?? known;
    const props = { ...inputs, servicePrincipalObjectId, principalId, added: stillGranted(added, grants) };
    return { id, props, inputs };
  },
  explained(),
);

/** Removes the grants that were added and are still there. */
export const remove = cleanly(async (_id: string, outputs: Outputs): Promise<void> => {
  await takeBackGrants(graphOf(outputs), outputs.servicePrincipalObjectId, outputs.added);
}, explained());

export { remove as delete };

/** @param outputs with an earlier run's grants; those of this run are recorded even if a step fails */
async function grant(outputs: Outputs): Promise<Outputs> {
  const wanted = Object.values(outputs.grants);
  try {
    const graph = graphOf(outputs);
    const missing = `This tenant has no service principal of the application ${outputs.clientId}.`;
    const absent = new Failure("principal-missing", missing);
    const clientId = await awaitServicePrincipal(graph, outputs.clientId, absent);
    const principalId = await principalOf(graph, outputs.grantedTo);
    const directory = new Directory(graph);
    const resources = await resourcesOf(directory, outputs.grants);
    const { servicePrincipalObjectId: former } = outputs;
    if (former !== clientId) {
      // The former principal was deleted, as a rule with its grants.
      await takeBackGrants(graph, former, outputs.added);
      outputs.added = [];
    }
    Object.assign(outputs, { servicePrincipalObjectId: clientId, principalId });
    // A former account's grants stay until the new account has signed in: the consent then takes them back.
    const stays = (one: AddedGrant) =>
      (one.principalId === principalId || (one.principalId !== "" && principalId !== "")) &&
      wanted.some(({ resourceAppId, scope }) => resources.get(resourceAppId) === one.resourceId && scope === one.scope);
    const obsolete = outputs.added.filter((one) => !stays(one));
    // In this order the application is never without a grant, and a refusal leaves the old grants.
    await addGrants(directory, { clientId, principalId }, wanted, outputs, obsolete);
    await takeBackGrants(graph, clientId, obsolete);
    outputs.added = outputs.added.filter(stays);
    return outputs;
  } catch (error) {
    throw partialFailure(outputs.clientId, outputs, explained(outputs)(error));
  }
}

/** @param of the inputs of the refused grant; undefined: not known here */
function explained(of?: Pick<Inputs, "cloud" | "endpoints" | "tenantId" | "clientId">) {
  const fixes = [
    sentence(
      "To grant, the deployer needs DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph, or the directory role Cloud Application " +
        "Administrator; to look, Directory.Read.All; to find the account by its name, User.Read.All or Directory.Read.All (docs/runbook.md, roles).",
    ),
    byPerson(
      "Or leave it to an administrator, who consents in a browser",
      removeSetting("adminConsent"),
      of === undefined
        ? ownCommand("consent", "--as-administrator", "--client-id", "<client id>")
        : administratorCommand({ ...of, cloud: cloudOf(of.cloud, of.endpoints) }),
    ),
  ];
  return (error: unknown) => withRights(error, fixes);
}
