/** azuread.getServicePrincipal, by client id, display name or object id. */
import type { FunctionType } from "../../base/plugin";
import { fields, text, type Values } from "../../base/values";
import { named, saying } from "../failures";
import { filter, type Graph } from "../graph";
import { commonServicePrincipalState, samlMetadataUrl } from "../service-principal-state";

export const getServicePrincipal: FunctionType<Graph> = {
  token: "azuread:index/getServicePrincipal:getServicePrincipal",
  async call(graph, args) {
    const principal = await found(graph, args);
    const relayState = fields(principal["samlSingleSignOnSettings"])["relayState"];
    return {
      ...commonServicePrincipalState(principal, await samlMetadataUrl(graph, text(principal["id"]))),
      samlSingleSignOns: principal["samlSingleSignOnSettings"] === null ? [] : [{ relayState: text(relayState) }],
    };
  },
};

async function found(graph: Graph, args: Values): Promise<Values> {
  const objectId = text(args["objectId"]);
  if (objectId !== "") {
    return saying(`Retrieving ${named("Service Principal", objectId)}`, () =>
      graph.get(`/v1.0/servicePrincipals/${objectId}`),
    );
  }
  const lookups = { clientId: "appId", displayName: "displayName" };
  const lookup = Object.entries(lookups).find(([arg]) => text(args[arg]) !== "");
  if (lookup === undefined) throw new Error("one of `client_id,display_name,object_id` must be specified");
  const [arg, property] = lookup;
  const [principal] = await saying(`Listing service principals for filter "${property} eq '${text(args[arg])}'"`, () =>
    graph.list(`/v1.0/servicePrincipals${filter(property, text(args[arg]))}`),
  );
  if (principal === undefined) throw new Error("No service principal found: no service principal found");
  return principal;
}
