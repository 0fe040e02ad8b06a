/** azuread.ServicePrincipalDelegatedPermissionGrant: consent for all users, or for one. */
import type { ResourceType } from "../base/plugin";
import { isGone } from "../base/rest";
import { inSetOrder, text, texts, type Values } from "../base/values";
import { named, NilState, saying } from "./failures";
import type { Graph } from "./graph";
import { meta } from "./meta";
import { notUuid } from "./problems";

const resourceMeta = meta({ create: 5, delete: 5, read: 5, update: 5 }, "1");
const grantType = "#microsoft.graph.oAuth2PermissionGrant";
const collection = "/v1.0/oauth2PermissionGrants";

const grantIdOf = (id: string): string => id.split("/").at(-1) ?? "";
const label = (grantId: string): string => named("O Auth 2 Permission Grant", grantId);

export const delegatedPermissionGrant: ResourceType<Graph> = {
  token: "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant",
  properties: {
    claimValues: { type: "set", required: true, minimum: 1, of: { type: "string" } },
    resourceServicePrincipalObjectId: { type: "string", required: true, problem: notUuid },
    servicePrincipalObjectId: { type: "string", required: true, problem: notUuid },
    userObjectId: { type: "string", problem: notUuid },
  },
  outputs: ["id"],
  replaceOn: ["resourceServicePrincipalObjectId", "servicePrincipalObjectId", "userObjectId"],

  async create(graph, { urn, inputs }) {
    const clientId = text(inputs["servicePrincipalObjectId"]);
    const resourceId = text(inputs["resourceServicePrincipalObjectId"]);
    await retrieve(graph, "service_principal_object_id", clientId);
    await retrieve(graph, "resource_service_principal_object_id", resourceId);
    const created = await saying("Could not create delegated permission grant", () =>
      graph.post(collection, { ...consentOf(inputs), clientId, resourceId, "@odata.type": grantType }, isGone),
    );
    const id = `/oauth2PermissionGrants/${text(created["id"])}`;
    const state = await stateOf(graph, id);
    if (state === undefined) throw new NilState(urn);
    return { id, state };
  },

  async read(graph, { id }) {
    return stateOf(graph, id);
  },

  async update(graph, { id, inputs }) {
    const { scope = "" } = consentOf(inputs);
    await saying(`Updating ${label(grantIdOf(id))}`, () =>
      graph.patch(`${collection}/${grantIdOf(id)}`, { "@odata.type": grantType, scope }),
    );
    const state = await stateOf(graph, id);
    if (state === undefined) throw new Error(`${label(grantIdOf(id))} was not found after its update`);
    return state;
  },

  async delete(graph, { id }) {
    await saying(`Deleting ${label(grantIdOf(id))}`, () => graph.delete(`${collection}/${grantIdOf(id)}`));
  },
};

async function retrieve(graph: Graph, argument: string, objectId: string): Promise<void> {
  await saying(`[${argument}] Retrieving ${named("Service Principal", objectId)}`, () =>
    graph.get(`/v1.0/servicePrincipals/${objectId}`),
  );
}

function consentOf(inputs: Values): Values {
  const user = text(inputs["userObjectId"]);
  const scope = texts(inputs["claimValues"]).join(" ");
  return user === "" ? { consentType: "AllPrincipals", scope } : { consentType: "Principal", principalId: user, scope };
}

async function stateOf(graph: Graph, id: string): Promise<Values | undefined> {
  const found = await saying(`[id] Retrieving ${label(grantIdOf(id))}`, () =>
    graph.find(`${collection}/${grantIdOf(id)}`),
  );
  if (found === undefined) return undefined;
  return {
    __meta: resourceMeta,
    claimValues: inSetOrder(
      text(found["scope"])
        .split(" ")
        .filter((claim) => claim !== ""),
    ),
    id,
    resourceServicePrincipalObjectId: text(found["resourceId"]),
    servicePrincipalObjectId: text(found["clientId"]),
    userObjectId: text(found["principalId"]),
  };
}
