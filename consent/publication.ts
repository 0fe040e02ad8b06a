/**
 * Which credential the token of a name is published with. A refresh token is redeemed with any credential of its application, and consumers
 * take the one that the newest version names. Key Vault has no compare-and-set: a writer that was held up stores the name it began with on
 * top of a newer one. So each version says since when its name has been the published one; a renewal hands that on, and the latest is the one
 * that holds, whoever stored last (docs/decisions/0014).
 */
import { now } from "../startup/clock";
import type { SecretVersion } from "../vault/secrets";
import { type Ours, retiredTag } from "./tags";

export interface Publication {
  /** A credential reference. */
  clientSecretName: string;
  /** ISO 8601. */
  since: string;
}

/** The tag that says since when; versions of an earlier program have none. */
export const sinceTag = "client-secret-since";

/**
 * The tag that says that whoever stored a version looked at all of them afterwards, and found that what it publishes is what holds. Its value is
 * when the version was stored, so that on a version that took another one's tags over it says nothing. A version that was stored later than the
 * look is the newest one, without this tag or with one of its own: while this one is the newest, no other version says anything else.
 */
export const checkedTag = "client-secret-checked";

/** The tags of a version whose publication was found to be the one that holds. */
export const checkedTags = ({
  tags,
  createdOn,
}: Pick<SecretVersion, "tags" | "createdOn">): Record<string, string> => ({
  ...tags,
  [checkedTag]: createdOn.toISOString(),
});

/** Whether the newest version says by itself that what it publishes is what holds. */
export const isChecked = ({ tags, createdOn }: Pick<SecretVersion, "tags" | "createdOn">): boolean =>
  tags[checkedTag] === createdOn.toISOString();

/** Tags for another version: what was found of one, or done to it, says nothing of the next. */
export function withoutCheck(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([tag]) => tag !== checkedTag && tag !== retiredTag));
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** What one version publishes. One that does not say since when counts from when it was stored. */
export function publicationOf({ tags, createdOn }: Pick<SecretVersion, "tags" | "createdOn">): Publication {
  const since = Date.parse(tags[sinceTag] ?? "");
  return {
    clientSecretName: tags["client-secret"] ?? "",
    since: Number.isNaN(since) ? createdOn.toISOString() : iso(since),
  };
}

/** The publication that holds: the latest of all versions of ours, disabled ones too. Of two at once the name decides, for everybody alike. */
export function publishedIn(versions: readonly SecretVersion[], ours: Ours): Publication | undefined {
  const all = versions.filter(({ tags }) => ours(tags)).map(publicationOf);
  const rank = ({ since, clientSecretName }: Publication) => `${since} ${clientSecretName}`;
  return all.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1))[0];
}

/**
 * What a writer publishes that begins now with this client secret: what holds already, or something later. The vault's times count, not this
 * machine's: one whose clock is behind would publish in the past.
 */
export function publicationWith(clientSecretName: string, versions: readonly SecretVersion[], ours: Ours): Publication {
  const held = publishedIn(versions, ours);
  if (held === undefined) return { clientSecretName, since: iso(now()) };
  if (held.clientSecretName === clientSecretName) return held;
  const stored = versions.filter(({ tags }) => ours(tags)).map(({ createdOn }) => createdOn.getTime());
  return { clientSecretName, since: iso(Math.max(Date.parse(held.since), ...stored) + 1) };
}
