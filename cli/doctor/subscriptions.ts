import type { AzureApi } from "../../azure/api";
import { azureVariable } from "./variables";

/** Ids of the one that was named, as the Pulumi provider finds it; without a name of every one that the login sees. */
export async function subscriptionsOf(environment: NodeJS.ProcessEnv, api: AzureApi): Promise<string[]> {
  const named = azureVariable(environment, "SUBSCRIPTION_ID");
  if (named !== undefined) return [named];
  const all = await api.list<{ subscriptionId: string }>("/subscriptions?api-version=2022-12-01");
  return all.map(({ subscriptionId }) => subscriptionId);
}
