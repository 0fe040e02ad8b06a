/** Creates an application in Graph. */
import { isGone } from "../base/rest";
import { fields, text, type Values } from "../base/values";
import { applicationType, applicationBody, conditionalParts, publishedScopes } from "./application-body";
import { saying } from "./failures";
import type { Graph } from "./graph";
import { initialOwners, ownersIn } from "./owners";

/** Creates the application, and returns its object id. */
export async function postApplication(graph: Graph, inputs: Values): Promise<string> {
  if (text(inputs["templateId"]) !== "") {
    throw new Error("The local azuread plugin makes no applications from templates: leave templateId out.");
  }
  const body = applicationBody(inputs, {});
  const { appRoles, identifierUris, optionalClaims } = conditionalParts(inputs);
  const created = await saying("Could not create application", () =>
    graph.post("/v1.0/applications", {
      ...body,
      ...appRoles,
      ...identifierUris,
      ...optionalClaims,
      api: { ...fields(body["api"]), oauth2PermissionScopes: publishedScopes(inputs) },
      "owners@odata.bind": initialOwners(graph, ownersIn(inputs)).map((owner) => graph.reference(owner)),
    }),
  );
  const objectId = text(created["id"]);
  if (objectId === "") throw new Error("Object ID returned for application is nil/empty: Bad API response");
  return objectId;
}

/** Refused until the application is replicated. */
export async function renameApplication(graph: Graph, path: string, displayName: string): Promise<void> {
  await saying("Could not update application", () =>
    graph.patch(path, { "@odata.type": applicationType, displayName }, isGone),
  );
}
