/** Storing a verified token and disabling the ones before it. */
import { Failure, ownCommand, partsOf, run } from "../errors/failure";
import { now } from "../startup/clock";
import type { SecretVersion, Vault } from "../vault/secrets";
import { OlderTokensError } from "./errors";
import { retry } from "../azure/retry";
import { refreshTokenDays } from "../config/limits";
import { day } from "./lifetime";
import { isOurs, type TokenTags } from "./tags";
import type { ConsentTarget } from "./target";
import { requireVerified, type VerifiedTokens } from "./verify";

/** Milliseconds to try for: until it succeeds, the token of a sign-in exists only in memory. */
const storeWindow = 5 * 60_000;

/**
 * Stores the token as a new version, reads it back, and disables our older versions. A failing vault is tried again until the deadline.
 * @param consentedAt when a person signed in, ISO 8601; a renewal hands on the old time
 * @param options.lost what it means when it cannot be stored
 * @throws Failure with the vault's last refusal and what it means; OlderTokensError
 */
export async function storeToken(
  target: ConsentTarget,
  vault: Vault,
  verified: VerifiedTokens,
  consentedAt: string,
  {
    deadline = now() + storeWindow,
    lost = "The token could not be stored before the deadline and is gone: consent must be repeated.",
  } = {},
): Promise<void> {
  requireVerified(verified);
  const { tokens, account, accountName } = verified;
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
  const attempt = async () => {
    const stored = await vault.store(target.refreshTokenName, {
      value: tokens.refreshToken,
      contentType: "application/x-oauth-refresh-token",
      expiresOn: new Date(now() + refreshTokenDays * day),
      tags: { ...tags },
    });
    const { value } = await vault.read(target.refreshTokenName, stored);
    if (value !== tokens.refreshToken) {
      const what = `The vault ${vault.uri} gave back another value of ${target.refreshTokenName} than the one stored.`;
      throw new Failure("vault-other-value", what);
    }
    return stored;
  };
  // Every failure is worth another attempt: giving up loses a person's sign-in.
  const waitsFor = `${vault.uri} to take the token`;
  const version = await retry({ waitsFor, deadline, isRetryable: () => true }, attempt).catch((error: unknown) => {
    const { code, what, why = "", fixes } = partsOf(error);
    throw new Failure(code, { what, why: `${why} ${lost}`.trimStart(), fixes });
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
    const versions = await vault.listVersions(target.refreshTokenName);
    const newest = versions.find((one) => one.enabled);
    if (newest === undefined) return;
    const older = versions.filter((one) => one.version !== stored && one.createdOn < newest.createdOn);
    await disableOurs(target, vault, older);
  } catch (error) {
    const { what, why, fixes = [] } = partsOf(error);
    const disable = ownCommand("consent", "--tenant", target.tenantId);
    const finish = run("Then disable it, which takes no sign-in (leave --force out)", disable);
    throw new OlderTokensError(stored, {
      what: `The token is stored in ${vault.uri} as ${target.refreshTokenName}, but one before it may still be enabled. ${what}`,
      why,
      fixes: [...fixes, finish],
    });
  }
}

async function disableOurs(target: ConsentTarget, vault: Vault, versions: readonly SecretVersion[]): Promise<void> {
  for (const { version, enabled, tags } of versions)
    if (enabled && isOurs(target, tags)) await vault.disable(target.refreshTokenName, version);
}
