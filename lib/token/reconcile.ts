/** Steps after storing: the latest sign-in stays on top, earlier ones are disabled, a revoked token stays revoked. */
import { Failure, ownCommand, partsOf, run } from "../errors/failure";
import { pause } from "../startup/waiting";
import type { SecretVersion } from "../vault/secrets";
import { disableRevoked } from "./disable-versions";
import { ConsentRequiredError, OlderTokensError, onceUsable, StillEnabledError } from "./errors";
import { consentedAt, currentOf } from "./health";
import { unlessDisabled } from "../vault/vault-error";
import { putVersion, type Writer } from "./store";
import { oursOf } from "./stored-token";
import { contentTypeOf, originOf, type Versions } from "./tags";
import type { ConsentTarget } from "./target";

/** Milliseconds for corrections: otherwise the next writer or `up` makes them. */
const reconcileWindow = 20_000;

/** How often a writer corrects others' versions: each other writer overwrites it at most once. */
const mostRounds = 5;

/** Milliseconds before a list is taken again: it may be behind for a moment. */
export const listPause = 200;

type Place = Pick<Writer, "target" | "vault">;

interface Stored {
  version: string;
  /** The time of the sign-in: {@link consentedAt}. */
  signedIn: number;
  /** The version that it was redeemed from; undefined: it is from a sign-in. */
  redeemed: SecretVersion | undefined;
}

/**
 * Writers disable no version of the current sign-in, so a disabled one was revoked: docs/decisions/0014.
 * @returns the remaining versions, newest first
 * @throws OlderTokensError with the fix; ConsentRequiredError for a revoked token; StillEnabledError
 */
export async function reconcile(place: Place, stored: Stored, listed?: Versions): Promise<Versions> {
  const { target, vault } = place;
  const { refreshTokenName: name } = target;
  let latest = stored;
  try {
    for (let round = 1; ; round++) {
      const versions = (round === 1 ? listed : undefined) ?? (await vault.listVersions(name));
      const current = currentOf(versions, oursOf(target));
      if (current !== undefined && (await isCovered(place, versions, current))) {
        if (round > mostRounds) throw new Failure("token-overtaken", "Others kept storing tokens.");
        const read = await unlessDisabled(vault.read(name, current.version));
        if (read === undefined) continue;
        const { expiresOn, tags } = current;
        const again = { value: read.value, tags, ...(expiresOn && { expiresOn }) };
        const version = await putVersion(
          vault,
          name,
          { ...again, contentType: contentTypeOf(current.version) },
          reconcileWindow,
        );
        latest = { version, signedIn: consentedAt(current), redeemed: current };
        continue;
      }
      await refuseRevoked(place, versions, latest, current);
      const isListed = versions.some(({ version }) => version === latest.version);
      // A list may lack the version that was just stored for a moment.
      if (!isListed && round <= mostRounds) {
        await pause(listPause);
        continue;
      }
      return await disableEarlier(place, versions, current);
    }
  } catch (error) {
    if (error instanceof ConsentRequiredError || error instanceof StillEnabledError) throw error;
    const { what, why, fixes = [] } = partsOf(error);
    const consent = ownCommand("consent", "--tenant", target.tenantId);
    throw new OlderTokensError(latest.version, {
      what: `The token is stored in ${vault.uri}, but a token of an earlier sign-in may still be enabled. ${what}`,
      why,
      fixes: [...fixes, run("Then disable it, without a sign-in (leave --force out)", consent)],
    });
  }
}

/** Whether readers get an earlier sign-in's version; within one second only reading shows which version they get. */
async function isCovered({ target, vault }: Place, versions: Versions, current: SecretVersion): Promise<boolean> {
  const ours = oursOf(target);
  const isEarlier = (one: SecretVersion) => ours(one.tags) && consentedAt(one) < consentedAt(current);
  const top = versions.filter(({ createdOn }) => createdOn.getTime() === versions[0]?.createdOn.getTime());
  if (!top.some(isEarlier)) return false;
  if (top.every(isEarlier)) return true;
  const given = await unlessDisabled(vault.read(target.refreshTokenName));
  return given === undefined || top.some((one) => one.version === given.version && isEarlier(one));
}

/** Enabled versions of earlier sign-ins. A renewal's earlier versions are of the same sign-in: they stay, unread. */
export function earlierIn(
  target: ConsentTarget,
  versions: Versions,
  current = currentOf(versions, oursOf(target)),
): SecretVersion[] {
  if (current === undefined) return [];
  const ours = oursOf(target);
  return versions.filter((one) => one.enabled && ours(one.tags) && consentedAt(one) < consentedAt(current));
}

/** @returns the versions that were not disabled */
async function disableEarlier(
  { target, vault }: Place,
  versions: Versions,
  current: SecretVersion | undefined,
): Promise<Versions> {
  const earlier = earlierIn(target, versions, current);
  for (const { version } of earlier) await vault.disable(target.refreshTokenName, version);
  return versions.filter((one) => !earlier.includes(one));
}

/** @throws ConsentRequiredError, once versions redeemed from a revoked token are disabled, too; StillEnabledError */
async function refuseRevoked(
  place: Place,
  versions: Versions,
  { version, signedIn, redeemed }: Stored,
  current: SecretVersion | undefined,
): Promise<void> {
  const ours = oursOf(place.target);
  // Versions that a later sign-in replaced are disabled too, and were not revoked.
  const since = Math.max(signedIn, current === undefined ? 0 : consentedAt(current));
  const [own, from = own] = [version, redeemed?.version].map((id) => versions.find((one) => one.version === id));
  const isDue = (one: SecretVersion) =>
    one === own || (from !== undefined && one.createdOn.getTime() >= from.createdOn.getTime());
  const revoked = versions.find((one) => !one.enabled && ours(one.tags) && consentedAt(one) >= since && isDue(one));
  if (revoked !== undefined) await refuse(place, revoked, own === undefined ? version : undefined);
}

/** Refuses a version that a killed writer redeemed from a revoked token. @throws as {@link refuseRevoked} */
export async function refuseMadeOfRevoked(place: Place, versions: Versions, version: SecretVersion): Promise<void> {
  const origin = versions.find((one) => one.version === originOf(version));
  if (origin === undefined || origin.enabled || consentedAt(origin) < consentedAt(version)) return;
  // If the origin was disabled later, this version was stored before the revocation.
  if (origin.updatedOn.getTime() <= version.createdOn.getTime()) await refuse(place, origin);
}

/** @param unlisted a version that the list does not show yet */
async function refuse({ target, vault }: Place, revoked: SecretVersion, unlisted?: string): Promise<never> {
  const { refreshTokenName: name } = target;
  const ours = oursOf(target);
  if (unlisted !== undefined) await vault.disable(name, unlisted);
  await disableRevoked(vault, name, (one) => ours(one.tags) && consentedAt(one) <= consentedAt(revoked));
  throw new ConsentRequiredError(
    {
      what: `Somebody disabled the token ${name} in ${vault.uri} while it was being stored: the new version is disabled too.`,
      why: "A token that somebody disabled must not come back by itself.",
    },
    onceUsable,
  );
}
