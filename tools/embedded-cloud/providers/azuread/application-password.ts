/** azuread.ApplicationPassword: it cannot be changed in place. */
import type { ResourceType } from "../base/plugin";
import { isGone } from "../base/rest";
import { fields, items, text, type Values } from "../base/values";
import { credentialParts, objectIdOf } from "./application-ids";
import { named, saying } from "./failures";
import type { Graph } from "./graph";
import { meta } from "./meta";
import { notApplicationId, notRfc3339 } from "./problems";

const resourceMeta = meta({ create: 15, delete: 5, read: 5, update: 5 }, "1");

export const applicationPassword: ResourceType<Graph> = {
  token: "azuread:index/applicationPassword:ApplicationPassword",
  properties: {
    applicationId: { type: "string", required: true, problem: notApplicationId },
    displayName: { type: "string", computed: true },
    endDate: { type: "string", computed: true, problem: notRfc3339, conflictsWith: "endDateRelative" },
    // Accepted and not sent, as in the recorded plugin: the directory's default applies.
    endDateRelative: { type: "string", conflictsWith: "endDate" },
    rotateWhenChanged: { type: "map" },
    startDate: { type: "string", computed: true, problem: notRfc3339 },
  },
  outputs: ["id", "keyId", "value"],
  secrets: ["value"],
  replaceOn: ["applicationId", "displayName", "endDate", "endDateRelative", "rotateWhenChanged", "startDate"],

  create(graph, { inputs }) {
    const objectId = objectIdOf(text(inputs["applicationId"]));
    return graph.credentials.run(objectId, () => addPassword(graph, objectId, inputs));
  },

  async read(graph, { id, state }) {
    const { objectId, keyId } = credentialParts(id);
    if (text(state["value"]) === "") {
      throw new Error("azuread_application_password cannot be imported: Graph never tells a password again.");
    }
    const credential = await findPassword(graph, objectId, keyId);
    return credential === undefined ? undefined : stateOf(id, credential, state);
  },

  async delete(graph, { id }) {
    const { objectId, keyId } = credentialParts(id);
    await graph.credentials.run(objectId, async () => {
      await saying(`Removing password credential "${keyId}" from ${named("Application", objectId)}`, () =>
        graph.post(`/v1.0/applications/${objectId}/removePassword`, { keyId }),
      );
      await graph.untilDeleted(async () => (await findPassword(graph, objectId, keyId)) === undefined);
    });
  },
};

async function addPassword(graph: Graph, objectId: string, inputs: Values): Promise<{ id: string; state: Values }> {
  const path = `/v1.0/applications/${objectId}`;
  await saying(`[application_id] Retrieving ${named("Application", objectId)}`, () => graph.get(path));
  const doing = `adding password for ${named("Application", objectId)}`;
  const added = await saying(`A${doing.slice(1)}`, () =>
    graph.post(`${path}/addPassword`, { passwordCredential: credentialBody(inputs) }),
  );
  const [value, keyId] = [text(added["secretText"]), text(added["keyId"])];
  if (value === "") throw new Error(`API error ${doing}: nil or empty password received`);
  await graph.untilCreated(async () => (await findPassword(graph, objectId, keyId)) !== undefined);
  const id = `${objectId}/password/${keyId}`;
  const credential = (await findPassword(graph, objectId, keyId)) ?? added;
  return { id, state: stateOf(id, credential, { ...inputs, value }) };
}

function credentialBody(inputs: Values): Values {
  const given = { displayName: "displayName", startDate: "startDateTime", endDate: "endDateTime" };
  const present = Object.entries(given).filter(([key]) => text(inputs[key]) !== "");
  return Object.fromEntries(present.map(([key, name]) => [name, text(inputs[key])]));
}

async function findPassword(graph: Graph, objectId: string, keyId: string): Promise<Values | undefined> {
  try {
    const application = await graph.get(`/v1.0/applications/${objectId}`);
    const credentials = items(application["passwordCredentials"]).map(fields);
    return credentials.find((credential) => credential["keyId"] === keyId);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** @param kept inputs, and the value, which Graph returned only once. */
function stateOf(id: string, credential: Values, kept: Values): Values {
  return {
    __meta: resourceMeta,
    applicationId: `/applications/${credentialParts(id).objectId}`,
    displayName: text(credential["displayName"]),
    endDate: text(credential["endDateTime"]),
    endDateRelative: kept["endDateRelative"] ?? null,
    id,
    keyId: credentialParts(id).keyId,
    rotateWhenChanged: kept["rotateWhenChanged"] ?? null,
    startDate: text(credential["startDateTime"]),
    value: kept["value"] ?? null,
  };
}
