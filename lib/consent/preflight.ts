/** Checks before a browser opens: if the token cannot be stored, the sign-in is lost. */
import { now } from "../startup/clock";
import { discoverTenant } from "../oauth/discovery";
import type { SecretVersion, Vault } from "../vault/secrets";
import type { ApplicationCredential } from "../oauth/confidential-client";
import { credentialOf } from "./client-credential";
import { retry } from "../azure/retry";
import type { ConsentTarget, Progress } from "./target";
import { roleWindow, vaultWait } from "./vault-wait";

/** A disabled secret, used only to check that this process may write. */
export const probeName = "consent-write-probe";

/**
 * Checks cloud and tenant, that the vault can be listed and written, and that the client secret is readable or the certificate's key signs.
 * A missing role is waited for until the deadline, and a name that does not resolve for five minutes.
 * @returns the application with its credential, for memory only, and the versions of the token
 * @throws EntraError, VaultError, ClientSecretError, ClientCertificateError
 */
export async function preflight(
  target: ConsentTarget,
  vault: Vault,
  progress: Progress,
  deadline = now() + roleWindow,
): Promise<{ application: ApplicationCredential; versions: SecretVersion[] }> {
  await discoverTenant(target.cloud, target.tenantId);
  return await retry(vaultWait(vault.uri, deadline, progress), async () => {
    const versions = await vault.listVersions(target.refreshTokenName);
    await vault.store(probeName, { value: "probe", contentType: "text/plain", tags: {}, enabled: false });
    return { versions, application: await credentialOf(target, vault, target.clientSecretName) };
  });
}
