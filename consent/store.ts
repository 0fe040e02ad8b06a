/** Storing a verified token and retiring the ones before it. */
import type { Vault } from "../vault/secrets";
import { OlderTokensError } from "./errors";
import { retry } from "../azure/retry";
import { isOurs, type TokenTags } from "./tags";
import { type ConsentTarget, refreshTokenDays } from "./target";
import type { VerifiedTokens } from "./verify";

const lifetime = refreshTokenDays * 24 * 3600 * 1000;

/**
 * Stores the token as a new version, reads it back, and disables our older versions.
 *
 * Until the store succeeds the token exists only in memory, so a failing vault is tried again until the deadline.
 * @param consentedAt when a person signed in; a renewal hands on the old time
 * @param options.lost what it means when it cannot be stored
 * @throws the vault's last error, with these words; OlderTokensError
 */
export async function storeToken(
  target: ConsentTarget,
  vault: Vault,
  { tokens, account, accountName }: VerifiedTokens,
  consentedAt: string,
  deadline: number,
  { lost = "The token could not be stored before the deadline and is gone: consent must be repeated." } = {},
): Promise<void> {
  const tags: TokenTags = {
    application: target.clientId,
    tenant: target.tenantId,
    cloud: target.cloud.name,
    account,
    "account-name": accountName,
    "consented-at": consentedAt,
    "client-secret": target.clientSecretName,
    stack: target.stack,
  };
  const version = await storeUntil(deadline, lost, async () => {
    const stored = await vault.store(target.refreshTokenName, {
      value: tokens.refreshToken,
      contentType: "application/x-oauth-refresh-token",
      expiresOn: new Date(Date.now() + lifetime),
      tags: { ...tags },
    });
    const { value } = await vault.read(target.refreshTokenName, stored);
    if (value !== tokens.refreshToken) throw new Error("The vault gave back another value than the one stored.");
    return stored;
  });
  await disableOlder(target, vault, version);
}

/**
 * Disables our versions strictly older than the newest enabled one. Times are of one second and there is no compare-and-set:
 * two writers that each disabled "the others" would disable everything, so ties are kept.
 * @throws OlderTokensError with what finishes it
 */
export async function disableOlder(target: ConsentTarget, vault: Vault, stored: string): Promise<void> {
  try {
    await switchOffOlder(target, vault, stored);
  } catch (error) {
    throw new OlderTokensError(
      stored,
      `The token is stored in ${vault.uri} as ${target.refreshTokenName}, but one before it may still be enabled. ${(error as Error).message} ` +
        `Then switch it off, which takes no sign-in: secure-app-model consent --tenant ${target.tenantId} (without --force)`,
    );
  }
}

async function switchOffOlder(target: ConsentTarget, vault: Vault, stored: string): Promise<void> {
  const versions = await vault.listVersions(target.refreshTokenName);
  const newest = versions.find((one) => one.enabled);
  if (newest === undefined) return;
  const older = versions.filter(
    (one) => one.enabled && one.version !== stored && one.createdOn < newest.createdOn && isOurs(target, one.tags),
  );
  for (const one of older) await vault.disable(target.refreshTokenName, one.version);
}

/** Every failure is worth another attempt: giving up loses a person's sign-in. */
async function storeUntil<T>(deadline: number, lost: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await retry({ deadline, isRetryable: () => true }, attempt);
  } catch (error) {
    throw new Error(`${(error as Error).message} ${lost}`, { cause: error });
  }
}

/** Disables our versions up to one, that one included: what a removed consent leaves behind must not work any more. */
export async function disableUpTo(target: ConsentTarget, vault: Vault, version: string): Promise<void> {
  const versions = await vault.listVersions(target.refreshTokenName);
  const last = versions.find((one) => one.version === version);
  if (last === undefined) return;
  for (const one of versions) {
    const included = one.version === version || one.createdOn < last.createdOn;
    if (one.enabled && included && isOurs(target, one.tags)) await vault.disable(target.refreshTokenName, one.version);
  }
}
