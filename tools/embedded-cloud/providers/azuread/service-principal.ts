/** azuread.ServicePrincipal. */
import { randomUUID } from "node:crypto";
import { changes, without } from "../base/diff";
import { isEmpty } from "../base/empty-values";
import { messageOf, PartialFailure } from "../base/errors";
import type { ResourceType, Subject } from "../base/plugin";
import type { RestError } from "../base/rest";
import { flag, text, type Value, type Values } from "../base/values";
import { objectIdOf } from "./application-ids";
import { alreadyExists, named, NilState, saying } from "./failures";
import { filter, type Graph } from "./graph";
import { meta } from "./meta";
import { orNull } from "./or-null";
import { changeOwners, initialOwners, ownersIn, settleOwners } from "./owners";
import { servicePrincipalType, servicePrincipalBody } from "./service-principal-body";
import { servicePrincipalProperties } from "./service-principal-properties";
import { servicePrincipalState } from "./service-principal-state";
import { withUnsetLists } from "./unset-lists";

const resourceMeta = meta({ create: 10, delete: 5, read: 5, update: 10 }, "1");
const unsetLists = ["alternativeNames", "notificationEmailAddresses", "owners"];

const pathOf = (objectId: string): string => `/v1.0/servicePrincipals/${objectId}`;

export const servicePrincipal: ResourceType<Graph> = {
  token: "azuread:index/servicePrincipal:ServicePrincipal",
  properties: servicePrincipalProperties,
  outputs: [
    "appRoleIds",
    "appRoles",
    "applicationTenantId",
    "displayName",
    "homepageUrl",
    "id",
    "logoutUrl",
    "oauth2PermissionScopeIds",
    "oauth2PermissionScopes",
    "objectId",
    "redirectUris",
    "samlMetadataUrl",
    "servicePrincipalNames",
    "signInAudience",
    "type",
  ],
  replaceOn: ["clientId"],

  async create(graph, { urn, inputs }) {
    const [found] = await saying("Could not list existing service principals", () =>
      graph.list(`/v1.0/servicePrincipals${filter("appId", text(inputs["clientId"]))}`),
    );
    const objectId = text(found?.["id"]);
    if (objectId === "") return created(graph, { urn, inputs });
    if (!flag(inputs["useExisting"])) {
      throw new Error(`[id] ${alreadyExists(objectId, "azuread_service_principal")}`);
    }
    await saying(`Updating existing ${named("Service Principal", objectId)}`, () =>
      graph.patch(pathOf(objectId), servicePrincipalBody(inputs, {})),
    );
    return finished(graph, urn, objectId, inputs);
  },

  async read(graph, { id, state }) {
    return stateOf(graph, objectIdOf(id), state["useExisting"] ?? null);
  },

  async update(graph, { id, inputs, state, ignored }) {
    const objectId = objectIdOf(id);
    const changed = without(changes(servicePrincipalProperties, state, inputs, isEmpty), ignored).map(
      (change) => change.path,
    );
    await saying(`Updating ${named("Service Principal", objectId)}`, async () => {
      await graph.patch(pathOf(objectId), servicePrincipalBody(inputs, state));
      if (changed.some((path) => path.startsWith("owners")))
        await changeOwners(graph, pathOf(objectId), ownersIn(inputs));
    });
    const found = await stateOf(graph, objectId, inputs["useExisting"] ?? null);
    if (found === undefined) throw new Error(`${named("Service Principal", objectId)} was not found after its update`);
    return withUnsetLists(found, inputs, state, unsetLists);
  },

  /** One that existed before is deleted as well, but without waiting (recorded). */
  async delete(graph, { id, state }) {
    const objectId = objectIdOf(id);
    await saying(`[id] deleting ${named("Service Principal", objectId)}`, () => graph.delete(pathOf(objectId)));
    if (flag(state["useExisting"])) return;
    await graph.untilDeleted(async () => (await graph.find(pathOf(objectId))) === undefined);
  },
};

/** A new service principal is refused until its application is replicated. */
const isEarly = (error: RestError): boolean =>
  error.status === 400 && error.reason.includes("does not reference a valid application object");

async function created(graph: Graph, { urn, inputs }: Subject): Promise<{ id: string; state: Values }> {
  const reply = await saying("Could not create service principal", () =>
    graph.post(
      "/v1.0/servicePrincipals",
      {
        ...servicePrincipalBody(inputs, {}),
        appId: text(inputs["clientId"]),
        description: `TERRAFORM_UPDATE_${randomUUID()}`,
        "owners@odata.bind": initialOwners(graph, ownersIn(inputs)).map((owner) => graph.reference(owner)),
      },
      isEarly,
    ),
  );
  const objectId = text(reply["id"]);
  if (objectId === "") throw new Error("Object ID returned for service principal is nil/empty: Bad API response");
  const description = orNull(inputs["description"]);
  try {
    // Refused until the new object is replicated, and not repeated then, unlike for applications (recorded).
    await graph.patch(pathOf(objectId), { "@odata.type": servicePrincipalType, description });
    await settleOwners(graph, pathOf(objectId), ownersIn(inputs));
  } catch (error) {
    const message = `Timed out whilst waiting for new service principal to be replicated in Azure AD: ${messageOf(error)}`;
    const id = `/servicePrincipals/${objectId}`;
    throw new PartialFailure(message, id, { ...inputs, id, objectId, __meta: resourceMeta }, { cause: error });
  }
  return finished(graph, urn, objectId, inputs);
}

async function finished(
  graph: Graph,
  urn: string,
  objectId: string,
  inputs: Values,
): Promise<{ id: string; state: Values }> {
  const state = await stateOf(graph, objectId, inputs["useExisting"] ?? null);
  if (state === undefined) throw new NilState(urn);
  return { id: `/servicePrincipals/${objectId}`, state: withUnsetLists(state, inputs, {}, unsetLists) };
}

async function stateOf(graph: Graph, objectId: string, useExisting: Value): Promise<Values | undefined> {
  return saying(`[id] Retrieving ${named("Service Principal", objectId)}`, async () => {
    const found = await graph.find(pathOf(objectId));
    if (found === undefined) return undefined;
    const state = await servicePrincipalState(graph, { ...found, id: objectId }, useExisting);
    return { ...state, __meta: resourceMeta };
  });
}
