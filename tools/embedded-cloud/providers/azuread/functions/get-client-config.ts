/** azuread.getClientConfig: the plugin's own identity, without a request. */
import type { FunctionType } from "../../base/plugin";
import type { Graph } from "../graph";

export const getClientConfig: FunctionType<Graph> = {
  token: "azuread:index/getClientConfig:getClientConfig",
  call({ caller: { tenantId, clientId, objectId } }) {
    return Promise.resolve({ clientId, id: `${tenantId}-${clientId}-${objectId}`, objectId, tenantId });
  },
};
