/** What follows a store: corrects what delayed writers stored over, and keeps revoked tokens disabled. */
import { type Command, Failure, ownCommand, partsOf, pulumi, run } from "../errors/failure";
import type { SecretVersion } from "../vault/secrets";
import { credentialWords } from "./credential-reference";
import { disableRevoked, disableTokens } from "./disable-versions";
import { ConsentRequiredError, OlderTokensError, onceUsable, StackDestroyedError, StillEnabledError } from "./errors";
import { refusedOr, unlessDisabled } from "./health";
import {
  checkedTags,
  isChecked,
  type PublishedCredential,
  publishedCredentialIn,
  sinceTag,
  withoutCheck,
} from "./published-credential";
import { putVersion, type Writer } from "./store";
import { oursOf } from "./stored-token";
import { consentedAt, disableOlder, newestOf, usableIn } from "./superseded";
import { contentTypeOf, isKeptBy, isOurs, originOf, retiredTag, stackIn, supersederOf, type Versions } from "./tags";
import { pause } from "../startup/waiting";
import { VaultError } from "../vault/vault-error";
import type { ConsentTarget } from "./target";

/** Milliseconds for corrections: otherwise the next writer or `up` makes them. */
const settleWindow = 20_000;

/** How often a writer corrects others' stores: each stores over it at most once with its first values. */
const mostRounds = 5;

/** Milliseconds before a list is taken again: it may be behind for a moment. */
export const listPause = 200;

type Place = Pick<Writer, "target" | "vault">;

interface Known {
  /** Those at its start; undefined: it stored none. */
  before?: Versions;
  /** The version that was redeemed for the stored one. */
  redeemed?: SecretVersion | undefined;
  /** All of them, just listed; default: they are listed. */
  listed?: Versions;
}

/**
 * Corrects what delayed writers stored over, and disables our versions that are older than the newest. Of
 * one second it keeps the one that the vault gives out: two writers that disabled "the others" leave none.
 * @param stored the version that stands for the token
 * @returns the versions that are left, newest first
 * @throws OlderTokensError with what finishes it; StackDestroyedError if the stack was destroyed meanwhile;
 * ConsentRequiredError if somebody disabled what it redeemed; StillEnabledError
 */
export async function repairOvertaken(
  place: Place,
  stored: string,
  { before, redeemed: from, listed }: Known = {},
): Promise<Versions> {
  const { target, vault } = place;
  const { refreshTokenName: name } = target;
  let latest = stored;
  let unfinished = olderEnabled;
  try {
    let known = idsOf(before ?? []);
    let begun = before && known;
    let retired = before && retiredIn(before);
    const origins = from === undefined ? [] : [from.version];
    let versions = listed ?? (await vault.listVersions(name));
    for (let round = 1; ; round++, versions = await vault.listVersions(name)) {
      if (retired !== undefined) await refuseRetired(place, versions, retired);
      retired ??= retiredIn(versions);
      await refuseRevoked(place, versions, { stored: latest, origins, retired });
      const wanted = overtaken(target, versions, { stored: latest, before: begun, known });
      if (wanted === undefined) {
        // At once: what a person disables before this counts as disabled for being older.
        const left = await disableOlder(target, vault, versions, latest);
        if (begun === undefined || (await tagAsChecked(place, versions, latest))) return left;
        // It was disabled. Who did that shows in the next list, which may be behind for a moment.
        if (round > mostRounds) return left.map((one) => (one.version === latest ? { ...one, enabled: false } : one));
        await pause(listPause);
        continue;
      }
      const { held, source } = wanted;
      unfinished = notPutRight(held);
      if (round > mostRounds) throw new Failure("token-overtaken", "Others kept storing tokens.");
      const read = await unlessDisabled(vault.read(name, source.version));
      if (read === undefined) continue;
      const secret = {
        value: read.value,
        ...(source.expiresOn && { expiresOn: source.expiresOn }),
        tags: { ...withoutCheck(source.tags), "client-secret": held.clientSecretName, [sinceTag]: held.since },
        contentType: contentTypeOf(source.version),
      };
      latest = await putVersion(vault, name, secret, settleWindow);
      origins.push(source.version);
      known = idsOf(versions);
      begun ??= known;
      unfinished = olderEnabled;
    }
  } catch (error) {
    if (error instanceof ConsentRequiredError || error instanceof StillEnabledError) throw error;
    const { what, why, fixes = [] } = partsOf(error);
    throw new OlderTokensError(latest, {
      what: `The token is stored in ${vault.uri}, but ${unfinished.problem}. ${what}`,
      why,
      fixes: [...fixes, unfinished.finish(ownCommand("consent", "--tenant", target.tenantId))],
    });
  }
}

/** What is left to do after a token is stored, and the command for it. */
const olderEnabled = {
  problem: "an older one may still be enabled",
  finish: (consent: Command) => run("Then disable it, without a sign-in (leave --force out)", consent),
};
const notPutRight = ({ clientSecretName }: PublishedCredential): typeof olderEnabled => ({
  problem: `another writer stored one with ${credentialWords(clientSecretName)} or a later one meanwhile, and the newest may be older`,
  finish: (consent) => run("Then correct it, without a sign-in (leave --force out)", consent),
});

type Ids = ReadonlySet<string>;

const idsOf = (versions: Versions): Ids => new Set(versions.map(({ version }) => version));

const retiredIn = (versions: Versions): Ids => idsOf(versions.filter(({ tags }) => tags[retiredTag] !== undefined));

/**
 * Completes a destroy that could not see what this writer stored: it lists once more after its last tag,
 * and so finds what was stored before a check without a tag. @throws StackDestroyedError, StillEnabledError
 */
async function refuseRetired({ target, vault }: Place, versions: Versions, retired: Ids): Promise<void> {
  const by = versions
    .filter(({ version, tags }) => isOurs(target, tags) && !retired.has(version))
    .map(({ tags }) => tags[retiredTag])
    .find((stack) => stack !== undefined && isKeptBy(stack, target.stack));
  if (by === undefined) return;
  await disableTokens({ ...target, stack: by }, vault);
  throw new StackDestroyedError(
    {
      what: `Stack ${by} was destroyed while this token was being stored in ${vault.uri}: it is disabled.`,
      why: "An enabled one would be forgotten. If the stack is to stay destroyed, nothing is left to do.",
    },
    run("If it is wanted again, deploy it, which asks for a sign-in", pulumi("up", "--stack", stackIn(by))),
  );
}

/**
 * A person who disables a token revokes it, and what was made of it meanwhile is disabled too. A writer
 * that disables an older one names the version in its place: if that one was revoked, so was this.
 * @param origins what the stored one was made of @param retired what a destroy had disabled before
 * @throws ConsentRequiredError; StillEnabledError where the vault refuses
 */
async function refuseRevoked(
  { target, vault }: Place,
  versions: Versions,
  { stored, origins, retired }: { stored: string; origins: readonly string[]; retired: Ids },
): Promise<void> {
  const { refreshTokenName: name } = target;
  const find = (id: string | undefined) => versions.find(({ version }) => version === id);
  const isRevoked = (one: SecretVersion, before: Versions = []): boolean => {
    const isDestroyed = one.tags[retiredTag] !== undefined && !retired.has(one.version);
    if (one.enabled || isDestroyed) return false;
    const by = supersederOf(one);
    if (by === undefined || before.includes(one)) return true;
    const next = find(by);
    // A version that a list does not show yet was stored later.
    return next !== undefined && isRevoked(next, [...before, one]);
  };
  const own = find(stored);
  const revoked = [stored, ...origins]
    .flatMap((id) => find(id) ?? [])
    // What a later sign-in replaced says nothing about that one.
    .filter((one) => own === undefined || consentedAt(one) >= consentedAt(own))
    .find((one) => isRevoked(one));
  if (revoked === undefined) return;
  // The list may not show it yet.
  if (own === undefined) await vault.disable(name, stored);
  await disableRevoked(vault, name, (one) => isOurs(target, one.tags) && consentedAt(one) <= consentedAt(revoked));
  throw new ConsentRequiredError(
    {
      what: `Somebody disabled the token ${name} in ${vault.uri} while it was being stored: the new version is disabled too.`,
      why: "A token that somebody disabled must not come back by itself.",
    },
    onceUsable,
  );
}

/** Refuses one made of a revoked token by a writer that was killed. @throws as {@link refuseRevoked} */
export async function refuseMadeOfRevoked(place: Place, versions: Versions, newest: SecretVersion): Promise<void> {
  const origin = originOf(newest);
  if (origin === undefined || isChecked(newest)) return;
  await refuseRevoked(place, versions, { stored: newest.version, origins: [origin], retired: new Set() });
}

/**
 * What a delayed writer may have stored the newest version over: a later publication, or a later sign-in.
 * @param known versions that are older than the stored one, though possibly of the same second
 * @returns the version whose token must become the newest, and what that one must publish
 */
function overtaken(
  target: ConsentTarget,
  versions: Versions,
  { stored, before, known }: { stored: string; before: Ids | undefined; known: Ids },
): { held: PublishedCredential; source: SecretVersion } | undefined {
  const ours = oursOf(target);
  const held = publishedCredentialIn(versions, ours);
  const top = newestOf(versions).filter((one) => ours(one.tags) && !known.has(one.version));
  const usable = usableIn(target, versions);
  // The later sign-in's counts among the versions since this writer began: it considered those before.
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

/** Saves readers a request for its versions. @returns whether it is still enabled, if the vault shows that */
async function tagAsChecked({ target, vault }: Place, versions: Versions, stored: string): Promise<boolean> {
  const version = usableIn(target, versions).find((one) => one.version === stored);
  const held = publishedCredentialIn(versions, oursOf(target))?.clientSecretName;
  if (version === undefined || version.tags["client-secret"] !== held) return true;
  const isEnabled = await refusedOr(vault.tag(target.refreshTokenName, stored, checkedTags(version)));
  return isEnabled instanceof VaultError || isEnabled;
}
