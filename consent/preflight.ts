/** What must hold before a browser opens: a sign-in whose token cannot be stored is a sign-in lost. */
import { discoverTenant } from "../oauth/discovery";
import type { Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { readClientSecret } from "./client-secret";
import { retry } from "../azure/retry";
import type { ConsentTarget } from "./target";

/** A disabled secret whose only use is to prove that this process may write. */
export const probeName = "consent-write-probe";

/**
 * Checks cloud and tenant, that the vault can be listed and written, and that the client secret is readable.
 * A missing role is waited for until the deadline: assignments take up to 15 minutes to act.
 * @returns the client secret, for memory only
 * @throws EntraError, VaultError, ClientSecretError
 */
export async function preflight(
  target: ConsentTarget,
  vault: Vault,
  deadline: number,
  progress: (line: string) => void,
): Promise<string> {
  await discoverTenant(target.cloud, target.tenantId);
  return await onceRolesAct(deadline, progress, async () => {
    await vault.listVersions(target.refreshTokenName);
    await vault.store(probeName, { value: "probe", contentType: "text/plain", tags: {}, enabled: false });
    return await readClientSecret(vault, target.clientSecretName);
  });
}

async function onceRolesAct<T>(
  deadline: number,
  progress: (line: string) => void,
  attempt: () => Promise<T>,
): Promise<T> {
  const isRetryable = (error: unknown) => error instanceof VaultError && error.reason === "no-role";
  let told = false;
  const onPause = () => {
    if (!told) progress("Waiting for the role assignment on the vault to act (it can take 15 minutes) …");
    told = true;
  };
  return await retry({ deadline, isRetryable, firstPause: 500, onPause }, attempt);
}
