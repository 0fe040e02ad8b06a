/** An administrator's consent in the browser: to all that the application declares, for the whole tenant. */
import { retry } from "../azure/retry";
import { Failure, partsOf } from "../errors/failure";
import { checkAdminConsent, requestAdminConsent } from "../oauth/admin-consent";
import { discoverTenant } from "../oauth/discovery";
import { listenForRedirect } from "../oauth/redirect-listener";
import { Vault } from "../vault/secrets";
import { IncompleteError } from "../token/errors";
import {
  grantWait,
  isNotGranted,
  lackIn,
  onceGrantsTakeEffect,
  partnerCenterIn,
  proveGrants,
} from "../token/prove-grants";
import { browserRound, type SignInOptions, type SignInUi } from "./sign-in";
import { readToken, redeemStored } from "../token/stored-token";
import type { ConsentTarget, Progress } from "../token/target";
import type { Client } from "../credential/client-credential";

export async function consentAsAdministrator(
  { cloud, tenantId, clientId }: Client,
  options: SignInOptions,
  ui: SignInUi,
): Promise<void> {
  await discoverTenant(cloud, tenantId);
  const listener = await listenForRedirect(options.port);
  try {
    const request = requestAdminConsent(cloud, { tenantId, clientId, redirectUri: listener.redirectUri });
    const answer = await browserRound(listener, { ...request, holds: "admin_consent" }, { ...options, ui });
    checkAdminConsent(request, tenantId, answer);
    const line = `Everybody in tenant ${tenantId} can use the application ${clientId} with all declared permissions.`;
    await listener.close({ good: true, title: "Consent given", lines: [line] });
  } catch (error) {
    await listener.close({ good: false, title: "Consent not given", failure: partsOf(error) });
    throw error;
  }
}

/** Waits until the stored token has the grants. @returns false if none is readable @throws IncompleteError */
export async function proveByStoredToken(
  target: Pick<ConsentTarget, "cloud" | "vaultUri" | "refreshTokenName" | "permissions">,
  progress: Progress,
): Promise<boolean> {
  const { cloud, vaultUri, refreshTokenName, permissions } = target;
  try {
    const stored = await readToken(cloud, new Vault(cloud, vaultUri), refreshTokenName);
    const prove = async () => {
      const tokens = await redeemStored(cloud, stored, cloud.partnerCenter);
      return await proveGrants(target, stored.credential, tokens, progress);
    };
    await retry({ ...grantWait(), say: progress }, async () => {
      const { missing: lacks } = await prove().catch((error: unknown) => {
        if (isNotGranted(error)) return { missing: partnerCenterIn(permissions) };
        throw error;
      });
      if (lacks.length === 0) return;
      throw new IncompleteError(`${lackIn(target, lacks)}, although it was just granted.`, onceGrantsTakeEffect);
    });
    return true;
  } catch (error) {
    if (error instanceof IncompleteError || !(error instanceof Failure)) throw error;
    progress(`Not proven by redeeming: ${error.what}`);
    return false;
  }
}
