/** azure-native:authorization:getClientConfig: the plugin's own identity, from the claims of a token. */
import { messageOf } from "../base/errors";
import type { FunctionType } from "../base/plugin";
import { text } from "../base/values";
import type { ResourceManager } from "./resource-manager";

export const getClientConfig: FunctionType<ResourceManager> = {
  token: "azure-native:authorization:getClientConfig",
  async call({ account: { subscriptionId, claims } }) {
    const { appid, oid, tid } = await claims().catch((error: unknown) => {
      const message = `could not acquire access token to parse claims: ${messageOf(error)}`;
      throw new Error(message, { cause: error });
    });
    return { clientId: text(appid), objectId: text(oid), subscriptionId, tenantId: text(tid) };
  },
};
