/**
 * Which credential a token is published with: the newest version names it. A delayed writer stores an old
 * name over it, so each version has the time since when its name counts: docs/decisions/0014.
 */
import { now } from "../startup/clock";
import { type Ours, retiredTag, type Tagged, timeIn, type Versions } from "./tags";

export interface PublishedCredential {
  clientSecretName: string;
  /** ISO 8601. */
  since: string;
}

/** The tag with that time; a version without it counts from when it was stored. */
export const sinceTag = "client-secret-since";

/**
 * The tag of a version whose writer found, in all versions, that it publishes the valid credential. Its
 * value is when that was stored, so that a copy has no effect. No other contradicts it if it is the newest.
 */
export const checkedTag = "client-secret-checked";

export const checkedTags = ({ tags, createdOn }: Tagged): Record<string, string> => ({
  ...tags,
  [checkedTag]: createdOn.toISOString(),
});

/** Whether the newest version's own tags show that it publishes the valid credential. */
export const isChecked = ({ tags, createdOn }: Tagged): boolean => tags[checkedTag] === createdOn.toISOString();

/** Tags for another version: the results of a check, or of a destroy, must not be copied. */
export function withoutCheck(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([tag]) => tag !== checkedTag && tag !== retiredTag));
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

export const credentialPublishedBy = (version: Tagged): PublishedCredential => ({
  clientSecretName: version.tags["client-secret"] ?? "",
  since: iso(timeIn(version, sinceTag) ?? version.createdOn.getTime()),
});

/** The latest of our versions, also disabled ones; of one time the name decides, so that readers agree. */
export function publishedCredentialIn(versions: Versions, ours: Ours): PublishedCredential | undefined {
  const all = versions.filter(({ tags }) => ours(tags)).map(credentialPublishedBy);
  const rank = ({ since, clientSecretName }: PublishedCredential) => `${since} ${clientSecretName}`;
  return all.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1))[0];
}

/** What a writer publishes that starts now, by the vault's time: a machine's clock may be behind. */
export function publicationWith(clientSecretName: string, versions: Versions, ours: Ours): PublishedCredential {
  const held = publishedCredentialIn(versions, ours);
  if (held === undefined) return { clientSecretName, since: iso(now()) };
  if (held.clientSecretName === clientSecretName) return held;
  const stored = versions.filter(({ tags }) => ours(tags)).map(({ createdOn }) => createdOn.getTime());
  return { clientSecretName, since: iso(Math.max(Date.parse(held.since), ...stored) + 1) };
}
