/** azuread.getDirectoryObject: an object's type. After the npm package's documentation, not recorded. */
import type { FunctionType } from "../../base/plugin";
import { text } from "../../base/values";
import { named, saying } from "../failures";
import type { Graph } from "../graph";

const types: Readonly<Record<string, string>> = {
  "#microsoft.graph.user": "User",
  "#microsoft.graph.group": "Group",
  "#microsoft.graph.servicePrincipal": "ServicePrincipal",
};

export const getDirectoryObject: FunctionType<Graph> = {
  token: "azuread:index/getDirectoryObject:getDirectoryObject",
  async call(graph, args) {
    const objectId = text(args["objectId"]);
    const found = await saying(`Retrieving ${named("Directory Object", objectId)}`, () =>
      graph.get(`/v1.0/directoryObjects/${objectId}`),
    );
    const type = types[text(found["@odata.type"])];
    if (type === undefined) {
      throw new Error(`Directory object ${objectId} is neither a user, a group nor a service principal.`);
    }
    return { id: objectId, objectId, type };
  },
};
