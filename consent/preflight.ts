/** What must hold before a browser opens: a sign-in whose token cannot be stored is a sign-in lost. */
import { now } from "../startup/clock";
import { discoverTenant } from "../oauth/discovery";
import type { Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import type { ApplicationCredential } from "../oauth/confidential-client";
import { credentialOf } from "./client-credential";
import { retry, type Retry } from "../azure/retry";
import type { ConsentTarget } from "./target";

/** A disabled secret whose only use is to prove that this process may write. */
export const probeName = "consent-write-probe";

/** Milliseconds that a role assignment on the vault may take until it takes effect. */
const roleWindow = 15 * 60_000;

/** Milliseconds that the name of a vault which was just made may take until it resolves. */
const nameWindow = 5 * 60_000;

/**
 * Checks cloud and tenant, that the vault can be listed and written, and that the client secret is readable, or the certificate's key signs.
 * A missing role is waited for until the deadline, and a name that does not resolve for five minutes.
 * @returns the application with what it proves itself with, for memory only
 * @throws EntraError, VaultError, ClientSecretError, ClientCertificateError
 */
export async function preflight(
  target: ConsentTarget,
  vault: Vault,
  progress: (line: string) => void,
  deadline = now() + roleWindow,
): Promise<ApplicationCredential> {
  await discoverTenant(target.cloud, target.tenantId);
  const nameDeadline = now() + nameWindow;
  const isName = (error: unknown) => error instanceof VaultError && error.reason === "unresolved";
  const wait: Retry = {
    waitsFor: (error) =>
      isName(error)
        ? `the name of ${vault.uri} to resolve (that of a new vault can take minutes)`
        : "the role assignment on the vault to take effect",
    deadline: (error) => (isName(error) ? nameDeadline : deadline),
    isRetryable: (error) => isName(error) || (error instanceof VaultError && error.reason === "no-role"),
    firstPause: 500,
    say: progress,
  };
  return await retry(wait, async () => {
    await vault.listVersions(target.refreshTokenName);
    await vault.store(probeName, { value: "probe", contentType: "text/plain", tags: {}, enabled: false });
    return await credentialOf(target, vault, target.clientSecretName);
  });
}
