/** Storing a verified token, putting right what was overtaken meanwhile, and disabling the ones before it. */
import { type Command, Failure, type Fix, ownCommand, partsOf, pulumi, run } from "../errors/failure";
import { now } from "../startup/clock";
import type { NewSecret, SecretVersion, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { ConsentRequiredError, OlderTokensError, onceUsable, StackDestroyedError, StillEnabledError } from "./errors";
import { refusedOr, unlessDisabled } from "./health";
import { retry } from "../azure/retry";
import { refreshTokenDays } from "../config/limits";
import { day } from "./lifetime";
import { credentialWords } from "./credential-reference";
import {
  checkedTags,
  isChecked,
  publicationWith,
  type PublishedCredential,
  publishedCredentialIn,
  sinceTag,
  withoutCheck,
} from "./published-credential";
import { areOwn, targetOfToken } from "./stored-token";
import { disableRevoked, disableTokens } from "./disable-versions";
import {
  contentTypeOf,
  isKeptBy,
  isOurs,
  type Ours,
  originOf,
  retiredTag,
  stackIn,
  supersededBy,
  supersederOf,
  timeIn,
  tokenTags,
  type TokenTags,
} from "./tags";
import type { ConsentTarget } from "./target";
import { requireVerified, type VerifiedTokens } from "./verify";

/** Milliseconds for storing: until it succeeds, the token of a sign-in exists only in memory. */
const storeWindow = 5 * 60_000;

/** Milliseconds for corrections: otherwise the next writer or `up` makes them. */
const settleWindow = 20_000;

/** How often a writer starts over because another one replaced the token that it began with. */
export const mostAttempts = 10;

/** How often a writer corrects what others store at the same time. Each of them stores over it at most once with its first values. */
const mostRounds = 5;

/** What a writer found at its start, and publishes. */
export interface VersionsBefore {
  publication: PublishedCredential;
  /** The versions at that time. */
  versions: ReadonlySet<string>;
  /** Those of them that a destroy had disabled. */
  retired: ReadonlySet<string>;
  /** The version that was redeemed for what is stored; undefined: it is of a sign-in. */
  redeemed?: string;
}

/** Called before the token to be stored is requested: what others publish after this call is later. */
export function versionsBefore(target: ConsentTarget, versions: readonly SecretVersion[]): VersionsBefore {
  const ours = oursOf(target);
  const { clientSecretName, clientSecretSince: since } = target;
  const publication =
    since === undefined ? publicationWith(clientSecretName, versions, ours) : { clientSecretName, since };
  return {
    publication,
    versions: idsOf(versions),
    retired: retiredIn(versions),
  };
}

const idsOf = (versions: readonly SecretVersion[]): ReadonlySet<string> =>
  new Set(versions.map(({ version }) => version));

const retiredIn = (versions: readonly SecretVersion[]): ReadonlySet<string> =>
  idsOf(versions.filter(({ tags }) => tags[retiredTag] !== undefined));

/**
 * Stores the token as a new version, reads it back, checks whether others published another client secret meanwhile, and disables our older
 * versions. Requests to a failing vault are retried until the deadline.
 * @param consentedAt when a person signed in, ISO 8601; a renewal copies the old time
 * @param options.lost the consequence if it cannot be stored
 * @throws Failure with the vault's last refusal and the consequence; OlderTokensError
 */
export async function storeToken(
  target: ConsentTarget,
  vault: Vault,
  verified: VerifiedTokens,
  consentedAt: string,
  {
    begun,
    deadline = now() + storeWindow,
    lost = "The token could not be stored before the deadline and is gone: consent must be repeated.",
  }: { begun: VersionsBefore; deadline?: number; lost?: string },
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
    "client-secret": begun.publication.clientSecretName,
    stack: target.stack,
  };
  const token = {
    value: tokens.refreshToken,
    expiresOn: new Date(now() + refreshTokenDays * day),
    tags: { ...tags, [sinceTag]: begun.publication.since },
    redeemed: begun.redeemed,
  };
  const version = await putVersion(target, vault, token, deadline).catch((error: unknown) => {
    const { code, what, why = "", fixes } = partsOf(error);
    throw new Failure(code, { what, why: `${why} ${lost}`.trimStart(), fixes });
  });
  await repairOvertaken(target, vault, version, begun);
}

/** Whether the target's client secret is the one that is published. */
export const isPublished = (target: ConsentTarget, versions: readonly SecretVersion[]): boolean =>
  publishedCredentialIn(versions, oursOf(target))?.clientSecretName === target.clientSecretName;

/** A version to store. */
interface Token extends Pick<NewSecret, "value" | "tags"> {
  expiresOn: Date | undefined;
  /** The version that was redeemed or copied for it. */
  redeemed: string | undefined;
}

/** @returns the new version, after it was read back */
async function putVersion(target: ConsentTarget, vault: Vault, token: Token, deadline: number): Promise<string> {
  let stored: string | undefined;
  const attempt = async () => {
    const { expiresOn, redeemed, ...rest } = token;
    const end = expiresOn === undefined ? {} : { expiresOn };
    // If only the reading back failed, only that is retried.
    const version = (stored ??= await vault.store(target.refreshTokenName, {
      ...rest,
      ...end,
      contentType: contentTypeOf(redeemed),
    }));
    const given = await unlessDisabled(vault.read(target.refreshTokenName, version));
    if (given !== undefined && given.value !== token.value) {
      stored = undefined;
      const what = `The vault ${vault.uri} gave back another value of ${target.refreshTokenName} than the one stored.`;
      throw new Failure("vault-other-value", what);
    }
    return version;
  };
  // Every failure is retried: giving up loses a person's sign-in.
  const waitsFor = `${vault.uri} to take the token`;
  return await retry({ waitsFor, deadline, isRetryable: () => true }, attempt);
}

/**
 * Puts right what writers overtook that were held up, this one or others, and disables our versions that are older than what is then the
 * newest. Times are of one second and there is no compare-and-set: two writers that each disabled "the others" would disable everything, so
 * of one second that one stays which the vault gives out.
 * @param stored the version that stands for the token
 * @param began what was there when this writer began; undefined: it stored none
 * @throws OlderTokensError with what finishes it; StackDestroyedError, StillEnabledError where the stack was destroyed since this writer began;
 * ConsentRequiredError, StillEnabledError where somebody disabled what it redeemed
 */
export async function repairOvertaken(
  target: ConsentTarget,
  vault: Vault,
  stored: string,
  began?: VersionsBefore,
): Promise<void> {
  const before = began?.versions;
  let latest = stored;
  let unfinished = olderEnabled;
  try {
    let known: ReadonlySet<string> = before ?? new Set();
    let begun = before;
    let retired = began?.retired;
    const origins = began?.redeemed === undefined ? [] : [began.redeemed];
    for (let round = 1; ; round++) {
      const versions = await vault.listVersions(target.refreshTokenName);
      if (retired !== undefined) await refuseRetired(target, vault, versions, retired);
      retired ??= retiredIn(versions);
      await refuseRevoked(target, vault, versions, { stored: latest, origins, retired });
      const wanted = overtaken(target, versions, { stored: latest, before: begun, known });
      if (wanted === undefined) {
        // At once: what a person disables before this counts as disabled for being older.
        await disableOlder(target, vault, versions, latest);
        if (begun !== undefined) await tagAsChecked(target, vault, versions, latest);
        return;
      }
      unfinished = notPutRight(wanted.held);
      if (round > mostRounds) throw new Failure("token-overtaken", "Others went on storing.");
      const source = await unlessDisabled(vault.read(target.refreshTokenName, wanted.source.version));
      if (source === undefined) continue;
      const { clientSecretName, since } = wanted.held;
      const tags = { ...withoutCheck(wanted.source.tags), "client-secret": clientSecretName, [sinceTag]: since };
      const redeemed = wanted.source.version;
      const token = { value: source.value, expiresOn: wanted.source.expiresOn, tags, redeemed };
      latest = await putVersion(target, vault, token, now() + settleWindow);
      origins.push(redeemed);
      known = idsOf(versions);
      begun ??= known;
      unfinished = olderEnabled;
    }
  } catch (error) {
    if (error instanceof ConsentRequiredError || error instanceof StillEnabledError) throw error;
    const { what, why, fixes = [] } = partsOf(error);
    throw new OlderTokensError(latest, {
      what: `The token is stored in ${vault.uri} as ${target.refreshTokenName}, but ${unfinished.problem}. ${what}`,
      why,
      fixes: [...fixes, unfinished.finish(ownCommand("consent", "--tenant", target.tenantId))],
    });
  }
}

/**
 * Completes a destroy that could not see what this writer stored. The destroy lists the versions once more after its last tag: a version
 * stored before this check, if the check finds no tag, is in that list.
 * @throws StackDestroyedError, StillEnabledError
 */
async function refuseRetired(
  target: ConsentTarget,
  vault: Vault,
  versions: readonly SecretVersion[],
  retired: ReadonlySet<string>,
): Promise<void> {
  const by = versions
    .filter(({ version, tags }) => isOurs(target, tags) && !retired.has(version))
    .map(({ tags }) => tags[retiredTag])
    .find((stack) => stack !== undefined && isKeptBy(stack, target.stack));
  if (by === undefined) return;
  await disableTokens({ ...target, stack: by }, vault);
  throw new StackDestroyedError(
    {
      what: `Stack ${by} was destroyed while this token was being stored in ${vault.uri}: it is disabled.`,
      why: "Nobody would know any more of one that stayed enabled. If the stack is to stay destroyed, nothing is left to do.",
    },
    run("If it is wanted again, deploy it, which asks for a sign-in", pulumi("up", "--stack", stackIn(by))),
  );
}

/** What a token was made of, in the list of its versions. */
interface Made {
  /** The version that stands for it. */
  stored: string;
  /** Versions that were redeemed or copied for it. */
  origins: readonly string[];
  /** Those that a destroy had disabled before. */
  retired: ReadonlySet<string>;
}

/**
 * A person who disables a token revokes it: what a writer made of it meanwhile is disabled too, and what others made of that. A writer that
 * disables it for being older names the version in its place; where that one was revoked, so was this.
 * @throws ConsentRequiredError; StillEnabledError where the vault refuses
 */
async function refuseRevoked(
  target: ConsentTarget,
  vault: Vault,
  versions: readonly SecretVersion[],
  { stored, origins, retired }: Made,
): Promise<void> {
  const find = (id: string | undefined) => versions.find(({ version }) => version === id);
  const isRevoked = (one: SecretVersion, before: readonly SecretVersion[] = []): boolean => {
    const isDestroyed = one.tags[retiredTag] !== undefined && !retired.has(one.version);
    if (one.enabled || isDestroyed) return false;
    const by = supersederOf(one);
    if (by === undefined || before.includes(one)) return true;
    const next = find(by);
    // One that a list does not show yet was stored later.
    return next !== undefined && isRevoked(next, [...before, one]);
  };
  const own = find(stored);
  // What a later sign-in replaced says nothing about that one.
  const isOfIt = (one: SecretVersion) => own === undefined || consentedAt(one) >= consentedAt(own);
  const made = [stored, ...origins].flatMap((id) => find(id) ?? []).filter(isOfIt);
  const revoked = made.find((one) => isRevoked(one));
  if (revoked === undefined) return;
  // The list may not show it yet.
  if (own === undefined) await vault.disable(target.refreshTokenName, stored);
  const isDue = (one: SecretVersion) => isOurs(target, one.tags) && consentedAt(one) <= consentedAt(revoked);
  await disableRevoked(vault, target.refreshTokenName, isDue);
  throw new ConsentRequiredError(
    {
      what: `Somebody disabled the token ${target.refreshTokenName} in ${vault.uri} while it was being stored: what came of that is disabled too.`,
      why: "A token that somebody takes out of use is not to come back by itself.",
    },
    onceUsable,
  );
}

/**
 * Refuses a token whose writer was killed before it looked, and that was made of one which somebody had disabled meanwhile.
 * @param versions with the newest, which is enabled
 * @throws as {@link refuseRevoked}
 */
export async function refuseMadeOfRevoked(
  target: ConsentTarget,
  vault: Vault,
  versions: readonly SecretVersion[],
  newest: SecretVersion,
): Promise<void> {
  const origin = originOf(newest);
  if (origin === undefined || isChecked(newest)) return;
  await refuseRevoked(target, vault, versions, { stored: newest.version, origins: [origin], retired: new Set() });
}

/** What is left to do after a token is stored, and the command for it. */
interface Unfinished {
  problem: string;
  finish: (consent: Command) => Fix;
}

const olderEnabled: Unfinished = {
  problem: "one before it may still be enabled",
  finish: (consent) => run("Then disable it, which takes no sign-in (leave --force out)", consent),
};

const notPutRight = ({ clientSecretName }: PublishedCredential): Unfinished => ({
  problem: `another writer published ${credentialWords(clientSecretName)} or a later sign-in meanwhile, and the newest version may be older than that`,
  finish: (consent) => run("Then put it right, which takes no sign-in (leave --force out)", consent),
});

/** The token that must become the newest version, if another one may be. */
interface Overtaken {
  held: PublishedCredential;
  /** The version that contains the token. */
  source: SecretVersion;
}

/**
 * Whether a delayed writer may have stored the newest version over a later publication, or over a later sign-in.
 * @param look.known versions that are older than the stored one, though possibly of the same second
 */
function overtaken(
  target: ConsentTarget,
  versions: readonly SecretVersion[],
  look: { stored: string; before: ReadonlySet<string> | undefined; known: ReadonlySet<string> },
): Overtaken | undefined {
  const { stored, before, known } = look;
  const ours = oursOf(target);
  const held = publishedCredentialIn(versions, ours);
  const newest = versions[0]?.createdOn.getTime();
  const top = versions.filter((one) => ours(one.tags) && one.createdOn.getTime() === newest && !known.has(one.version));
  const usable = versions.filter((one) => one.enabled && ours(one.tags));
  // Of the versions since this writer began, the later sign-in's counts; it had already considered the ones before.
  const since = usable.filter(({ version }) => version === stored || before?.has(version) === false);
  const latest = before !== undefined && since.length > 0 ? since : newestOf(usable);
  const source = latest.toSorted((a, b) => consentedAt(b) - consentedAt(a))[0];
  if (held === undefined || source === undefined) return undefined;
  const isRight = (one: SecretVersion) =>
    !one.enabled ||
    (one.tags["client-secret"] === held.clientSecretName &&
      (before === undefined || consentedAt(one) === consentedAt(source)));
  return top.every(isRight) ? undefined : { held, source };
}

/** Versions of the same second as the newest. */
const newestOf = (versions: readonly SecretVersion[]): SecretVersion[] =>
  versions.filter(({ createdOn }) => createdOn.getTime() === versions[0]?.createdOn.getTime());

/** Milliseconds; 0 for a time that decides nothing. */
const consentedAt = (one: SecretVersion): number => timeIn(one, "consented-at") ?? 0;

async function disableOlder(
  target: ConsentTarget,
  vault: Vault,
  versions: readonly SecretVersion[],
  stored: string,
): Promise<void> {
  const superseded = supersededIn(target, versions, stored);
  const left = versions.filter((one) => !superseded.includes(one));
  const ours = oursOf(target);
  const contentType = supersededBy(left.find((one) => one.enabled && ours(one.tags))?.version ?? stored);
  for (const { version } of superseded) await vault.disable(target.refreshTokenName, version, { contentType });
  await disableTied(target, vault, left);
}

/**
 * For versions of the same second a list does not show which is the last one: after two renewals, or after a store whose response was lost
 * and which was sent again. A request without a version id returns the last one. A writer that reads its list first and sends this request
 * afterwards gets the last one of its list or a later one: so no writer disables the last of all.
 */
async function disableTied(target: ConsentTarget, vault: Vault, versions: readonly SecretVersion[]): Promise<void> {
  const ours = oursOf(target);
  const tied = newestOf(versions.filter((one) => one.enabled && ours(one.tags)));
  if (tied.length < 2) return;
  const given = await refusedOr(vault.read(target.refreshTokenName));
  // If somebody disabled the last one, it does not show the order.
  const last = given instanceof VaultError ? undefined : tied.find(({ version }) => version === given.version);
  if (last === undefined) return;
  for (const one of tied)
    if (one !== last && consentedAt(one) <= consentedAt(last))
      await vault.disable(target.refreshTokenName, one.version, { contentType: supersededBy(last.version) });
}

/** Enabled versions of ours that the writer of the newest one must disable: older ones, and those of a replaced client secret. */
export function supersededIn(
  target: ConsentTarget,
  versions: readonly SecretVersion[],
  stored: string,
): SecretVersion[] {
  const newest = versions.find((one) => one.enabled);
  if (newest === undefined) return [];
  const ours = oursOf(target);
  const lastSignIn = Math.max(0, ...newestOf(versions.filter((one) => one.enabled && ours(one.tags))).map(consentedAt));
  const held = publishedCredentialIn(versions, ours)?.clientSecretName;
  const names = ({ tags }: SecretVersion) => tags["client-secret"];
  const isReplaced = versions.some((one) => one.enabled && ours(one.tags) && names(one) === held);
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

/**
 * Saves readers of thousands of tokens the request for this one's versions: {@link checkedTag}. If the tag cannot be written, they list them.
 * @param versions including the stored one
 */
async function tagAsChecked(
  target: ConsentTarget,
  vault: Vault,
  versions: readonly SecretVersion[],
  stored: string,
): Promise<void> {
  const { cloud, refreshTokenName: name } = target;
  const version = versions.find((one) => one.version === stored && one.enabled);
  const tags = version && tokenTags(version.tags);
  if (version === undefined || tags === undefined) return;
  // Compared in the same way as by its readers.
  const { clientSecretName } = targetOfToken(cloud, vault.uri, name, tags, versions);
  if (clientSecretName === tags["client-secret"]) await refusedOr(vault.tag(name, stored, checkedTags(version)));
}

/** Versions whose tags are this project's and name nothing else. */
function oursOf(target: ConsentTarget): Ours {
  const areTagsOwn = areOwn(target.cloud, target.refreshTokenName);
  return (tags) => isOurs(target, tags) && areTagsOwn(tags);
}
