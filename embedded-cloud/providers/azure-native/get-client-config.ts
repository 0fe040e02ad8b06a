/** azure-native:authorization:getClientConfig: the plugin's own identity. */
import type { FunctionType } from "../base/plugin";
import type { ResourceManager } from "./resource-manager";

export const getClientConfig: FunctionType<ResourceManager> = {
  token: "azure-native:authorization:getClientConfig",
  async call({ account: { clientId, subscriptionId, tenantId, objectId } }) {
    return { clientId, objectId: await objectId(), subscriptionId, tenantId };
  },
};
