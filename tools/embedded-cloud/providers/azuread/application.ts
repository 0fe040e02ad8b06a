/** azuread.Application. */
import { randomUUID } from "node:crypto";
import { changes, without } from "../base/diff";
import { isEmpty } from "../base/empty-values";
import { messageOf, PartialFailure } from "../base/errors";
import type { Existing, ResourceType } from "../base/plugin";
import { fields, text, type Values } from "../base/values";
import { applicationType, applicationBody, conditionalParts, publishedScopes } from "./application-body";
import { postApplication, renameApplication } from "./application-creation";
import { objectIdOf } from "./application-ids";
import { refuseDuplicate, refuseOldTokens } from "./application-plan";
import { applicationProperties } from "./application-properties";
import { applicationState, findApplication } from "./application-state";
import { named, NilState, saying } from "./failures";
import type { Graph } from "./graph";
import { meta } from "./meta";
import { changeOwners, ownersIn, settleOwners } from "./owners";
import { disabledFirst } from "./published-permissions";
import { withUnsetLists } from "./unset-lists";

const resourceMeta = meta({ create: 10, delete: 5, read: 5, update: 10 }, "2");
const unsetLists = ["groupMembershipClaims", "identifierUris", "owners"];

const pathOf = (objectId: string): string => `/v1.0/applications/${objectId}`;

export const application: ResourceType<Graph> = {
  token: "azuread:index/application:Application",
  properties: applicationProperties,
  outputs: [
    "appRoleIds",
    "clientId",
    "disabledByMicrosoft",
    "id",
    "logoUrl",
    "oauth2PermissionScopeIds",
    "objectId",
    "publisherDomain",
  ],
  replaceOn: ["templateId"],
  recomputes: { appRoleIds: "appRoles", oauth2PermissionScopeIds: "api.oauth2PermissionScopes" },

  async plan(graph, planned) {
    refuseOldTokens(planned.inputs);
    await refuseDuplicate(graph, planned);
  },

  async create(graph, { urn, inputs }) {
    await refuseDuplicate(graph, { urn, inputs });
    const objectId = await postApplication(graph, inputs);
    const path = pathOf(objectId);
    const id = `/applications/${objectId}`;
    // Renamed twice: an update is refused until the new object is replicated, so one that succeeds proves it.
    await renameApplication(graph, path, `TERRAFORM_UPDATE_${randomUUID()}`);
    await renameApplication(graph, path, text(inputs["displayName"]));
    try {
      await settleOwners(graph, path, ownersIn(inputs));
    } catch (error) {
      const message = `Could not remove initial owner from application with object ID: "${objectId}": ${messageOf(error)}`;
      throw new PartialFailure(message, id, { ...inputs, id, objectId, __meta: resourceMeta }, { cause: error });
    }
    const state = await stateOf(graph, id, inputs);
    if (state === undefined) throw new NilState(urn);
    return { id, state: withUnsetLists(state, inputs, {}, unsetLists) };
  },

  async read(graph, { id, state }) {
    return stateOf(graph, id, state);
  },

  async update(graph, existing) {
    const { urn, id, inputs, state, ignored } = existing;
    const path = pathOf(objectIdOf(id));
    const changed = without(changes(applicationProperties, state, inputs, isEmpty), ignored).map(
      (change) => change.path,
    );
    await refuseDuplicate(graph, { urn, id, inputs });
    await saying(`Could not update application with object ID: "${objectIdOf(id)}"`, async () => {
      await disablePermissions(graph, path, existing);
      await graph.patch(path, updateBody(inputs, state, changed));
      if (touches(changed, "owners")) await changeOwners(graph, path, ownersIn(inputs));
    });
    const found = await stateOf(graph, id, inputs);
    if (found === undefined) throw new Error(`${named("Application", objectIdOf(id))} was not found after its update`);
    return withUnsetLists(found, inputs, state, unsetLists);
  },

  async delete(graph, { id }) {
    const path = pathOf(objectIdOf(id));
    try {
      await graph.delete(path);
    } catch (error) {
      const reason = messageOf(error);
      throw new Error(`[id] deleting ${named("Application", objectIdOf(id))}: ${reason}: ${reason}`, { cause: error });
    }
    await graph.untilDeleted(async () => (await graph.find(path)) === undefined);
  },
};

async function stateOf(graph: Graph, id: string, kept: Values): Promise<Values | undefined> {
  const objectId = objectIdOf(id);
  const found = await saying(`[id] Retrieving ${named("Application", objectId)}`, () =>
    findApplication(graph, objectId),
  );
  return found === undefined ? undefined : { ...applicationState(found, kept), __meta: resourceMeta };
}

/** Everything, but of the conditional parts only those that changed. */
function updateBody(inputs: Values, state: Values, changed: readonly string[]): Values {
  let body = applicationBody(inputs, state);
  for (const [property, part] of Object.entries(conditionalParts(inputs))) {
    if (touches(changed, property)) body = { ...body, ...part };
  }
  if (!touches(changed, "api.oauth2PermissionScopes") && !changed.includes("api")) return body;
  return { ...body, api: { ...fields(body["api"]), oauth2PermissionScopes: publishedScopes(inputs) } };
}

const touches = (changed: readonly string[], property: string): boolean =>
  changed.some((path) => path.startsWith(property));

async function disablePermissions(graph: Graph, path: string, { inputs, state }: Existing): Promise<void> {
  const appRoles = disabledFirst(state["appRoles"], inputs["appRoles"]);
  if (appRoles !== undefined) await graph.patch(path, { "@odata.type": applicationType, appRoles });
  const published = (values: Values): Values[string] | undefined => fields(values["api"])["oauth2PermissionScopes"];
  const scopes = disabledFirst(published(state), published(inputs));
  if (scopes !== undefined) {
    await graph.patch(path, { "@odata.type": applicationType, api: { oauth2PermissionScopes: scopes } });
  }
}
