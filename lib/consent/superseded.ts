/** The versions that the writer of a newer one disables. */
import type { SecretVersion, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { refusedOr } from "./health";
import { publishedCredentialIn } from "./published-credential";
import { oursOf } from "./stored-token";
import { isOurs, supersededBy, timeIn, type Versions } from "./tags";
import type { ConsentTarget } from "./target";

/** Versions of the same second as the newest. */
export const newestOf = (versions: Versions): SecretVersion[] =>
  versions.filter(({ createdOn }) => createdOn.getTime() === versions[0]?.createdOn.getTime());

/** Milliseconds; 0 for a time that decides nothing. */
export const consentedAt = (one: SecretVersion): number => timeIn(one, "consented-at") ?? 0;

export function usableIn(target: ConsentTarget, versions: Versions): SecretVersion[] {
  const ours = oursOf(target);
  return versions.filter((one) => one.enabled && ours(one.tags));
}

/** @returns the versions that it left as they are */
export async function disableOlder(
  target: ConsentTarget,
  vault: Vault,
  versions: Versions,
  stored: string,
): Promise<Versions> {
  const disable = async (older: Versions, inPlace: string) => {
    const contentType = supersededBy(inPlace);
    for (const { version } of older) await vault.disable(target.refreshTokenName, version, { contentType });
  };
  const superseded = supersededIn(target, versions, stored);
  const left = versions.filter((one) => !superseded.includes(one));
  const usable = usableIn(target, left);
  await disable(superseded, usable[0]?.version ?? stored);
  const tied = newestOf(usable);
  const last = tied.length < 2 ? undefined : await lastOf(tied, target, vault);
  if (last === undefined) return left;
  const before = tied.filter((one) => one !== last && consentedAt(one) <= consentedAt(last));
  await disable(before, last.version);
  return left.filter((one) => !before.includes(one));
}

/**
 * A list does not show the order of versions of one second: two renewals, or a store that was sent again.
 * A read without a version id returns the last. A writer that lists first gets that or a later one: none
 * disables the last. @returns undefined for a later one, or if the last is disabled: the order is not shown
 */
async function lastOf(tied: Versions, target: ConsentTarget, vault: Vault) {
  const given = await refusedOr(vault.read(target.refreshTokenName));
  return given instanceof VaultError ? undefined : tied.find(({ version }) => version === given.version);
}

/** Our enabled versions that the newest one's writer must disable: older, or of a replaced client secret. */
export function supersededIn(target: ConsentTarget, versions: Versions, stored: string): SecretVersion[] {
  const newest = versions.find((one) => one.enabled);
  if (newest === undefined) return [];
  const ours = oursOf(target);
  const usable = usableIn(target, versions);
  const lastSignIn = Math.max(0, ...newestOf(usable).map(consentedAt));
  const held = publishedCredentialIn(versions, ours)?.clientSecretName;
  const names = ({ tags }: SecretVersion) => tags["client-secret"];
  const isReplaced = usable.some((one) => names(one) === held);
  return versions.filter(
    (one) =>
      one.enabled &&
      isOurs(target, one.tags) &&
      one.version !== stored &&
      // The version of a later sign-in is not older: the writer that stored over it restores it.
      consentedAt(one) <= lastSignIn &&
      (one.createdOn < newest.createdOn || (isReplaced && ours(one.tags) && names(one) !== held)),
  );
}
