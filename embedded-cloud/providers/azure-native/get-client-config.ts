/** azure-native:authorization:getClientConfig: who the plugin signed in as. */
import type { FunctionType } from "../base/plugin";
import type { ResourceManager } from "./resource-manager";

export const getClientConfig: FunctionType<ResourceManager> = {
  token: "azure-native:authorization:getClientConfig",
  async call({ account: { clientId, subscriptionId, tenantId, objectId } }) {
    return { clientId, objectId: await objectId(), subscriptionId, tenantId };
  },
};
