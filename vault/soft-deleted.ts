/** Whether a vault of a name is soft-deleted: Resource Manager then wants it recovered, not created. */
import type { Cloud } from "../config/clouds";
import { azureCredential } from "./credential";
import { asVaultError } from "./vault-error";

export interface VaultLocation {
  subscriptionId: string;
  /** Region; spaces and case do not matter. */
  location: string;
  name: string;
}

const apiVersion = "2024-11-01";

/** @throws Error with Resource Manager's own code when it answers neither yes nor no; CredentialError */
export async function isSoftDeleted(cloud: Cloud, { subscriptionId, location, name }: VaultLocation): Promise<boolean> {
  const region = location.toLowerCase().replaceAll(" ", "");
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/locations/${region}/deletedVaults/${name}`;
  const credential = azureCredential(cloud);
  const what = `Looking whether vault ${name} is soft-deleted`;
  const token = await credential.getToken(`${cloud.resourceManager}/.default`).catch((error: unknown) => {
    throw asVaultError(what, error);
  });
  const response = await fetch(`${cloud.resourceManager}${path}?api-version=${apiVersion}`, {
    headers: { Authorization: `Bearer ${token?.token ?? ""}` },
    signal: AbortSignal.timeout(30_000),
  }).catch((error: unknown) => {
    // fetch hides the reason (refused, no such host, certificate) in `cause`.
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new Error(
      `${what} failed: ${cloud.resourceManager} cannot be reached: ${why}. Check the network and the proxy.`,
    );
  });
  if (response.ok || response.status === 404) return response.ok;
  const body = (await response.json().catch(() => ({}))) as { error?: { code?: string } };
  const answer = `${response.status} ${body.error?.code ?? ""}`.trim();
  throw new Error(
    `${what} failed: Resource Manager answered ${answer} to ${path}. ` +
      `The deployer needs to read deleted vaults: Key Vault Contributor on the subscription allows it.`,
  );
}
