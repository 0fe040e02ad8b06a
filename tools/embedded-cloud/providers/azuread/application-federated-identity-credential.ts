/** azuread.ApplicationFederatedIdentityCredential: a trusted issuer of tokens. Its name is fixed. */
import type { ResourceType } from "../base/plugin";
import { text, texts, type Values } from "../base/values";
import { credentialParts, objectIdOf } from "./application-ids";
import { named, saying } from "./failures";
import type { Graph } from "./graph";
import { meta } from "./meta";
import { empty, notApplicationId } from "./problems";

const resourceMeta = meta({ create: 15, delete: 5, read: 5, update: 5 });

const credentialsOf = (objectId: string): string => `/v1.0/applications/${objectId}/federatedIdentityCredentials`;

const label = (id: string): string => {
  const { objectId, keyId: credentialId } = credentialParts(id);
  return `federated identity credential with ID "${credentialId}" for ${named("Application", objectId)}`;
};

export const applicationFederatedIdentityCredential: ResourceType<Graph> = {
  token: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
  properties: {
    applicationId: { type: "string", required: true, problem: notApplicationId },
    audiences: { type: "list", required: true, minimum: 1, of: { type: "string", problem: empty } },
    description: { type: "string" },
    displayName: { type: "string", required: true, problem: notOneTo120 },
    issuer: { type: "string", required: true },
    subject: { type: "string", required: true },
  },
  outputs: ["credentialId", "id"],
  replaceOn: ["applicationId", "displayName"],

  create(graph, { inputs }) {
    const objectId = objectIdOf(text(inputs["applicationId"]));
    return graph.credentials.run(objectId, async () => {
      await saying(`[application_id] Retrieving ${named("Application", objectId)}`, () =>
        graph.get(`/v1.0/applications/${objectId}`),
      );
      const added = await saying(`Adding federated identity credential for ${named("Application", objectId)}`, () =>
        graph.post(credentialsOf(objectId), bodyOf(inputs)),
      );
      const id = `${objectId}/federatedIdentityCredential/${text(added["id"])}`;
      await graph.untilCreated(() => isThere(graph, id));
      return { id, state: (await stateOf(graph, id)) ?? {} };
    });
  },

  async read(graph, { id }) {
    return await stateOf(graph, id);
  },

  async update(graph, { id, inputs }) {
    const { objectId, keyId: credentialId } = credentialParts(id);
    await graph.credentials.run(objectId, () =>
      saying(`Updating ${label(id)}`, () =>
        graph.patch(`${credentialsOf(objectId)}/${credentialId}`, { ...bodyOf(inputs), id: credentialId }),
      ),
    );
    return (await stateOf(graph, id)) ?? {};
  },

  async delete(graph, { id }) {
    const { objectId, keyId: credentialId } = credentialParts(id);
    await graph.credentials.run(objectId, async () => {
      await saying(`Removing ${label(id)}`, () => graph.delete(`${credentialsOf(objectId)}/${credentialId}`));
      await graph.untilDeleted(async () => !(await isThere(graph, id)));
    });
  },
};

function bodyOf(inputs: Values): Values {
  const description = text(inputs["description"]);
  return {
    "@odata.type": "#microsoft.graph.federatedIdentityCredential",
    audiences: texts(inputs["audiences"]),
    description: description === "" ? null : description,
    issuer: text(inputs["issuer"]),
    name: text(inputs["displayName"]),
    subject: text(inputs["subject"]),
  };
}

const isThere = async (graph: Graph, id: string): Promise<boolean> => (await stateOf(graph, id)) !== undefined;

async function stateOf(graph: Graph, id: string): Promise<Values | undefined> {
  const { objectId, keyId: credentialId } = credentialParts(id);
  const found = await saying(`[id] Retrieving ${label(id)}`, () =>
    graph.find(`${credentialsOf(objectId)}/${credentialId}`),
  );
  if (found === undefined) return undefined;
  return {
    __meta: resourceMeta,
    applicationId: `/applications/${objectId}`,
    audiences: texts(found["audiences"]),
    credentialId,
    description: text(found["description"]),
    displayName: text(found["name"]),
    id,
    issuer: text(found["issuer"]),
    subject: text(found["subject"]),
  };
}

function notOneTo120(value: Values[string], argument: string): string | undefined {
  const { length } = text(value);
  return length >= 1 && length <= 120
    ? undefined
    : `expected length of ${argument} to be in the range (1 - 120), got ${text(value)}`;
}
