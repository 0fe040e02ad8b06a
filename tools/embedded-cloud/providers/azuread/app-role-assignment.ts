/** azuread.AppRoleAssignment: a principal's application permission; it cannot be changed in place. */
import type { ResourceType } from "../base/plugin";
import { isGone } from "../base/rest";
import { text, type Values } from "../base/values";
import { named, NilState, saying } from "./failures";
import type { Graph } from "./graph";
import { meta } from "./meta";
import { notUuid } from "./problems";

const resourceMeta = meta({ create: 5, delete: 5, read: 5 }, "1");
const assignmentType = "#microsoft.graph.appRoleAssignment";

/** The id is the path: `/servicePrincipals/<resource>/appRoleAssignedTo/<assignment>`. */
const pathOf = (id: string): string => `/v1.0${id}`;

function label(id: string): string {
  const [, , resource = "", , assignment = ""] = id.split("/");
  return (
    `Service Principal Id App Role Assigned To (Service Principal: "${resource}"\n` +
    `App Role Assignment: "${assignment}")`
  );
}

export const appRoleAssignment: ResourceType<Graph> = {
  token: "azuread:index/appRoleAssignment:AppRoleAssignment",
  properties: {
    appRoleId: { type: "string", required: true, problem: notUuid },
    principalObjectId: { type: "string", required: true, problem: notUuid },
    resourceObjectId: { type: "string", required: true, problem: notUuid },
  },
  outputs: ["id", "principalDisplayName", "principalType", "resourceDisplayName"],
  replaceOn: ["appRoleId", "principalObjectId", "resourceObjectId"],

  async create(graph, { urn, inputs }) {
    const resourceId = text(inputs["resourceObjectId"]);
    const resource = `/servicePrincipals/${resourceId}`;
    await saying(`[resource_object_id] Retrieving ${named("Service Principal", resourceId)}`, () =>
      graph.get(pathOf(resource)),
    );
    const body = {
      "@odata.type": assignmentType,
      appRoleId: text(inputs["appRoleId"]),
      principalId: text(inputs["principalObjectId"]),
      resourceId,
    };
    const created = await saying("Could not create app role assignment", () =>
      graph.post(`${pathOf(resource)}/appRoleAssignedTo`, body, isGone),
    );
    const id = `${resource}/appRoleAssignedTo/${text(created["id"])}`;
    const state = await stateOf(graph, id);
    if (state === undefined) throw new NilState(urn);
    return { id, state };
  },

  async read(graph, { id }) {
    return stateOf(graph, id);
  },

  async delete(graph, { id }) {
    await saying(`Deleting ${label(id)}`, () => graph.delete(pathOf(id)));
  },
};

async function stateOf(graph: Graph, id: string): Promise<Values | undefined> {
  const found = await saying(`[id] Retrieving ${label(id)}`, () => graph.find(pathOf(id)));
  if (found === undefined) return undefined;
  return {
    __meta: resourceMeta,
    appRoleId: text(found["appRoleId"]),
    id,
    principalDisplayName: text(found["principalDisplayName"]),
    principalObjectId: text(found["principalId"]),
    principalType: text(found["principalType"]),
    resourceDisplayName: text(found["resourceDisplayName"]),
    resourceObjectId: text(found["resourceId"]),
  };
}
