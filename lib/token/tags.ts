/** A token's tags: names and ids, never addresses, so that a tag's writer cannot choose where secrets are sent. */
import type { SecretVersion } from "../vault/secrets";
import { day } from "../credential/lifetime";
import type { Client } from "../credential/client-credential";

const keys = [
  "application",
  "tenant",
  "cloud",
  /** Object id of the account that consented. */
  "account",
  /** Its user principal name, for display. */
  "account-name",
  /** When a person last signed in for it, ISO 8601. Renewals keep it. */
  "consented-at",
  /** The name of the record of the credential that redeems it: credential-record.ts. */
  "credential",
  /** The stack that it belongs to: {@link stackName}, or {@link noStack}. */
  "stack",
] as const;

/** All versions of a token's secret, newest first. */
export type Versions = readonly SecretVersion[];

/** Tags in a vault's list; possibly not this project's. */
export type Tags = Readonly<Record<string, string>>;
export type TokenTags = Record<(typeof keys)[number], string>;

/** Reads the tags of a version; undefined when it was not stored by this project. */
export function tokenTags(tags: Tags): TokenTags | undefined {
  return keys.every((key) => typeof tags[key] === "string") ? (tags as unknown as TokenTags) : undefined;
}

export type Ours = (tags: Tags) => boolean;

export type Tagged = Pick<SecretVersion, "tags" | "createdOn">;

/** The time in a tag, in milliseconds; none if it is a day later than the version: clocks may be ahead. */
export function timeIn({ tags, createdOn }: Tagged, tag: string): number | undefined {
  const time = Date.parse(tags[tag] ?? "");
  return time < createdOn.getTime() + day ? time : undefined;
}

/** Whether a version is of this application, tenant and cloud. The ids may be written in another case. */
export function isOurs(target: Client, tags: Tags): boolean {
  const { application, tenant, cloud } = tokenTags(tags) ?? {};
  const isSame = (id: string | undefined, other: string) => id?.toLowerCase() === other.toLowerCase();
  return isSame(application, target.clientId) && isSame(tenant, target.tenantId) && cloud === target.cloud.name;
}

/** The tag of a token that the command stored when no stack had one: the next deployment takes it over. */
export const noStack = "secure-app-model consent";

/**
 * The tag of a version that others may have used: it stays disabled. Value for a token: the stack whose `revoke`
 * disabled it and removed its credential. For a certificate: any.
 */
export const revokedTag = "revoked";

const tokenType = "application/x-oauth-refresh-token";

type Typed = Pick<SecretVersion, "contentType">;

/** The content type of a token. @param redeemed the version it was redeemed from; undefined: it is from a sign-in */
export const contentTypeOf = (redeemed: string | undefined): string =>
  redeemed === undefined ? tokenType : `${tokenType}; redeemed=${redeemed}`;

/** The version that a token was redeemed from; undefined: it is from a sign-in. */
export const originOf = ({ contentType }: Typed): string | undefined => /; redeemed=(\S+)$/u.exec(contentType)?.[1];

/** A stack's name in tags. @param organization "organization" on every backend but Pulumi Cloud */
export function stackName(organization: string, project: string, stack: string): string {
  const own = organization === "" || organization === "organization" ? [] : [organization];
  return [...own, project, stack].join("/");
}

/** Whether a token belongs to this stack, or to none yet. */
export const isKeptBy = (stack: string, named: string): boolean => named === stack || named === noStack;
