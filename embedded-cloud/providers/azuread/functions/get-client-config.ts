/** azuread.getClientConfig: who the plugin signed in as; asks nobody. */
import type { FunctionType } from "../../base/plugin";
import type { Graph } from "../graph";

export const getClientConfig: FunctionType<Graph> = {
  token: "azuread:index/getClientConfig:getClientConfig",
  call({ caller: { tenantId, clientId, objectId } }) {
    return Promise.resolve({ clientId, id: `${tenantId}-${clientId}-${objectId}`, objectId, tenantId });
  },
};
