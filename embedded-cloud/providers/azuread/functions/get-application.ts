/** azuread.getApplication, by client id or object id. */
import type { FunctionType } from "../../base/plugin";
import { fields, text, type Values } from "../../base/values";
import { redirectUris } from "../application-body";
import { apiState, commonApplicationState, completed, optionalClaimsState, webState } from "../application-state";
import { named, saying } from "../failures";
import { filter, type Graph } from "../graph";

export const getApplication: FunctionType<Graph> = {
  token: "azuread:index/getApplication:getApplication",
  async call(graph, args) {
    const application = await found(graph, text(args["clientId"]), text(args["objectId"]));
    const common = commonApplicationState(await completed(graph, text(application["id"]), application));
    const { implicitGrant = null, ...web } = webState(fields(application["web"]));
    const claims = optionalClaimsState(fields(application["optionalClaims"]));
    return {
      ...common,
      apis: [apiState(fields(application["api"]))],
      optionalClaims: application["optionalClaims"] === null ? [] : [claims],
      publicClients: [redirectUris(application["publicClient"])],
      singlePageApplications: [redirectUris(application["spa"])],
      webs: [{ ...web, implicitGrants: [implicitGrant] }],
    };
  },
};

async function found(graph: Graph, clientId: string, objectId: string): Promise<Values> {
  if (clientId === "" && objectId === "") {
    throw new Error(
      "one of `client_id,display_name,identifier_uri,object_id` must be specified: the local plugin takes the first and the last",
    );
  }
  if (clientId === "") {
    return saying(`Retrieving ${named("Application", objectId)}`, () => graph.get(`/v1.0/applications/${objectId}`));
  }
  const [application] = await saying(`Listing applications for filter "appId eq '${clientId}'"`, () =>
    graph.list(`/v1.0/applications${filter("appId", clientId)}`),
  );
  if (application !== undefined) return application;
  throw new Error(`Application not found: no applications found matching filter: "appId eq '${clientId}'"`);
}
