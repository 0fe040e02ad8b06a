/** An administrator's consent in the browser: for everybody in the tenant, to everything that the application declares. */
import { retry } from "../azure/retry";
import { Failure, partsOf } from "../errors/failure";
import { checkAdminConsent, requestAdminConsent } from "../oauth/admin-consent";
import { discoverTenant } from "../oauth/discovery";
import { listenForRedirect } from "../oauth/redirect-listener";
import { redeemRefreshToken } from "../oauth/refresh-token";
import { Vault } from "../vault/secrets";
import { IncompleteError } from "./errors";
import { grantWait, isNotGranted, namesOf, onceGrantsTakeEffect, partnerCenterIn, proveGrants } from "./prove-grants";
import { browserRound, type SignInOptions, type SignInUi } from "./sign-in";
import { readToken, type StoredToken } from "./stored-token";
import type { ConsentTarget } from "./target";

/** Opens the page, and returns when the administrator has consented. @throws EntraError, DeadlineError, PortTakenError, Failure */
export async function consentAsAdministrator(
  { cloud, tenantId, clientId }: Pick<ConsentTarget, "cloud" | "tenantId" | "clientId">,
  options: SignInOptions,
  ui: SignInUi,
): Promise<void> {
  await discoverTenant(cloud, tenantId);
  const listener = await listenForRedirect(options.port);
  try {
    const request = requestAdminConsent(cloud, { tenantId, clientId, redirectUri: listener.redirectUri });
    const answer = await browserRound({ ...request, holds: "admin_consent" }, options, ui, listener);
    checkAdminConsent(request, tenantId, answer);
    const line = `Everybody in tenant ${tenantId} may use the application ${clientId} with all that it declares.`;
    await listener.close({ good: true, title: "Consent given", lines: [line] });
  } catch (error) {
    await listener.close({ good: false, title: "Consent not given", failure: partsOf(error) });
    throw error;
  }
}

type Proven = Pick<ConsentTarget, "cloud" | "vaultUri" | "refreshTokenName" | "permissions">;

/**
 * Redeems the stored token until it includes what was granted.
 * @returns false if there is no token to check it with, or if this process may not read it; a message is printed
 * @throws IncompleteError when the permissions do not appear
 */
export async function proveByStoredToken(target: Proven, progress: (line: string) => void): Promise<boolean> {
  const { cloud, vaultUri, refreshTokenName } = target;
  try {
    const stored = await readToken(cloud, new Vault(cloud, vaultUri), refreshTokenName);
    const isRetryable = (error: unknown) => error instanceof IncompleteError;
    await retry({ ...grantWait(), isRetryable, say: progress }, async () => {
      const missing = await missingOf(target, stored, progress);
      if (missing.length === 0) return;
      throw new IncompleteError(
        `The token in ${vaultUri} does not bring ${namesOf(missing)}, although it was just granted.`,
        onceGrantsTakeEffect,
      );
    });
    return true;
  } catch (error) {
    if (error instanceof IncompleteError || !(error instanceof Failure)) throw error;
    progress(`Not proven by redeeming: ${error.what}`);
    return false;
  }
}

async function missingOf(target: Proven, stored: StoredToken, progress: (line: string) => void) {
  const { cloud, permissions } = target;
  const { application, refreshToken } = stored;
  try {
    const tokens = await redeemRefreshToken(cloud, application, refreshToken, cloud.partnerCenter);
    return (await proveGrants(target, application, tokens, progress)).missing;
  } catch (error) {
    if (isNotGranted(error)) return partnerCenterIn(permissions);
    throw error;
  }
}
