/** Whether a vault of a name is soft-deleted: Resource Manager then wants it recovered, not created. */
import type { Cloud } from "../config/clouds";
import { azureCredential } from "./credential";

export interface VaultLocation {
  subscriptionId: string;
  /** Region; spaces and case do not matter. */
  location: string;
  name: string;
}

const apiVersion = "2024-11-01";

/** @throws Error with Resource Manager's own code when it answers neither yes nor no */
export async function isSoftDeleted(cloud: Cloud, { subscriptionId, location, name }: VaultLocation): Promise<boolean> {
  const region = location.toLowerCase().replaceAll(" ", "");
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${region}/deletedVaults/${name}`;
  const credential = azureCredential(cloud);
  const token = await credential.getToken(`${cloud.resourceManager}/.default`);
  const response = await fetch(`${cloud.resourceManager}${path}?api-version=${apiVersion}`, {
    headers: { Authorization: `Bearer ${token?.token ?? ""}` },
    signal: AbortSignal.timeout(30_000),
  });
  if (response.ok || response.status === 404) return response.ok;
  const body = (await response.json().catch(() => ({}))) as { error?: { code?: string } };
  throw new Error(`Resource Manager answered ${response.status} ${body.error?.code ?? ""} to ${path}.`);
}
