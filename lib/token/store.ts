/** Storing a verified token as a new version, read back. */
import { retry } from "../azure/retry";
import { refreshTokenDays } from "../config/limits";
import { Failure, partsOf } from "../errors/failure";
import { now } from "../startup/clock";
import type { NewSecret, SecretVersion, Vault } from "../vault/secrets";
import { consentedAt } from "./health";
import { unlessDisabled } from "../vault/vault-error";
import { day } from "../credential/lifetime";
import { oursOf } from "./stored-token";
import { contentTypeOf, type TokenTags, type Versions } from "./tags";
import type { ConsentTarget } from "./target";
import { requireVerified, type VerifiedTokens } from "./verify";

/** Milliseconds for storing: until it succeeds, the token of a sign-in exists only in memory. */
const storeWindow = 5 * 60_000;

export interface Writer {
  target: ConsentTarget;
  vault: Vault;
  /** The versions listed before the token was obtained: if listing were refused later, the token would be lost. */
  before: Versions;
}

export interface StoreOptions {
  /** The version that was redeemed, whose time of consent stays; default none: somebody just signed in. */
  redeemed?: SecretVersion;
  /** Milliseconds for which requests to a failing vault are repeated; default five minutes. */
  milliseconds?: number;
  /** The consequence if it cannot be stored. */
  lost?: string;
}

/** @returns the new version and its time of consent @throws Failure with the vault's last refusal and the consequence */
export async function storeToken(
  { target, vault, before }: Writer,
  verified: VerifiedTokens,
  {
    redeemed,
    milliseconds = storeWindow,
    lost = "The token could not be stored in time and is lost. Consent again.",
  }: StoreOptions = {},
): Promise<{ version: string; signedIn: number }> {
  requireVerified(verified);
  const { tokens, account, accountName } = verified;
  const signedIn = redeemed === undefined ? signedInAt(target, before) : consentedAt(redeemed);
  const tags: TokenTags = {
    application: target.clientId,
    tenant: target.tenantId,
    cloud: target.cloud.name,
    account,
    "account-name": accountName,
    "consented-at": redeemed?.tags["consented-at"] ?? new Date(signedIn).toISOString(),
    credential: target.credential,
    stack: target.stack,
  };
  const secret = {
    ...{ value: tokens.refreshToken, tags },
    expiresOn: new Date(now() + refreshTokenDays * day),
    contentType: contentTypeOf(redeemed?.version),
  };
  try {
    return { version: await putVersion(vault, target.refreshTokenName, secret, milliseconds), signedIn };
  } catch (error) {
    const { code, what, why = "", fixes } = partsOf(error);
    throw new Failure(code, { what, why: `${why} ${lost}`.trimStart(), fixes });
  }
}

/** The time of this sign-in, later than each that the vault lists, even if the clocks of two machines differ. */
const signedInAt = (target: ConsentTarget, before: Versions): number =>
  Math.max(now(), ...before.filter(({ tags }) => oursOf(target)(tags)).map((one) => consentedAt(one) + 1));

/** @param milliseconds for which storing is tried @returns the new version, after it was read back */
export async function putVersion(vault: Vault, name: string, secret: NewSecret, milliseconds: number): Promise<string> {
  let stored: string | undefined;
  const attempt = async () => {
    // If only the reading back failed, only that is retried.
    const version = (stored ??= await vault.store(name, secret));
    const given = await unlessDisabled(vault.read(name, version));
    if (given === undefined || given.value === secret.value) return version;
    stored = undefined;
    const what = `The vault ${vault.uri} did not return the stored value of ${name}.`;
    throw new Failure("vault-other-value", what);
  };
  // Every failure is retried: giving up loses a person's sign-in.
  const waitsFor = `${vault.uri} to take the token`;
  return await retry({ waitsFor, deadline: now() + milliseconds, isRetryable: () => true }, attempt);
}
