/** What must hold before a browser opens: a sign-in whose token cannot be stored is a sign-in lost. */
import { now } from "../startup/clock";
import { discoverTenant } from "../oauth/discovery";
import type { Vault } from "../vault/secrets";
import { VaultError, type VaultReason } from "../vault/vault-error";
import { readClientSecret } from "./client-secret";
import { retry } from "../azure/retry";
import type { ConsentTarget } from "./target";

/** A disabled secret whose only use is to prove that this process may write. */
export const probeName = "consent-write-probe";

/** Milliseconds that a role assignment on the vault may take until it takes effect. */
const roleWindow = 15 * 60_000;

/** Milliseconds that the name of a vault which was just made may take until it resolves. */
const nameWindow = 5 * 60_000;

/**
 * Checks cloud and tenant, that the vault can be listed and written, and that the client secret is readable.
 * A missing role is waited for until the deadline, and a name that does not resolve for five minutes.
 * @returns the client secret, for memory only
 * @throws EntraError, VaultError, ClientSecretError
 */
export async function preflight(
  target: ConsentTarget,
  vault: Vault,
  progress: (line: string) => void,
  deadline = now() + roleWindow,
): Promise<string> {
  await discoverTenant(target.cloud, target.tenantId);
  const nameDeadline = now() + nameWindow;
  let reason: string | undefined;
  const isRetryable = (error: unknown) => {
    if (!(error instanceof VaultError)) return false;
    const passes = error.reason === "no-role" || (error.reason === "unresolved" && now() < nameDeadline);
    const line = passes && error.reason !== reason ? waitsFor(error.reason, vault.uri) : undefined;
    if (line !== undefined) progress(line);
    reason = error.reason;
    return passes;
  };
  return await retry({ deadline, isRetryable, firstPause: 500 }, async () => {
    await vault.listVersions(target.refreshTokenName);
    await vault.store(probeName, { value: "probe", contentType: "text/plain", tags: {}, enabled: false });
    return await readClientSecret(vault, target.clientSecretName);
  });
}

function waitsFor(reason: VaultReason, uri: string): string {
  return reason === "unresolved"
    ? `The name of ${uri} does not resolve yet: that of a new vault can take minutes. Waiting …`
    : "Waiting for the role assignment on the vault to take effect (it can take 15 minutes) …";
}
