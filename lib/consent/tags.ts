/** The tags of a token in the vault: names and ids, never addresses, or the writer of a tag could choose where secrets are sent. */
import type { SecretVersion } from "../vault/secrets";
import { day } from "./lifetime";
import type { Client } from "./target";

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
  /** The credential that redeems it, as credential-reference.ts writes it: the vault secret of a client secret, or a certificate's key. */
  "client-secret",
  /** The stack that it belongs to: {@link stackName}, or {@link noStack}. */
  "stack",
] as const;

/** All versions of a token's secret, newest first. */
export type Versions = readonly SecretVersion[];

/** As a vault lists them; possibly not this project's. */
export type Tags = Readonly<Record<string, string>>;
export type TokenTags = Record<(typeof keys)[number], string>;

/** Reads the tags of a version; undefined when it was not stored by this project. */
export function tokenTags(tags: Tags): TokenTags | undefined {
  return keys.every((key) => typeof tags[key] === "string") ? (tags as unknown as TokenTags) : undefined;
}

export type Ours = (tags: Tags) => boolean;

export type Tagged = Pick<SecretVersion, "tags" | "createdOn">;

/**
 * The time in a tag, in milliseconds. One later than the version cannot be its writer's, and counts as none; but a machine's clock may be ahead
 * of the vault's, by less than a day.
 */
export function timeIn({ tags, createdOn }: Tagged, tag: string): number | undefined {
  const time = Date.parse(tags[tag] ?? "");
  return time < createdOn.getTime() + day ? time : undefined;
}

/** Whether a version was stored for this application, tenant and cloud. The ids may be written in another case. */
export function isOurs(target: Client, tags: Tags): boolean {
  const { application, tenant, cloud } = tokenTags(tags) ?? {};
  const isSame = (id: string | undefined, other: string) => id?.toLowerCase() === other.toLowerCase();
  return isSame(application, target.clientId) && isSame(tenant, target.tenantId) && cloud === target.cloud.name;
}

/** The tag of a token that the command stored when no stack had one: the next deployment takes it over. */
export const noStack = "secure-app-model consent";

/** The tag of a version that a destroy disabled, with the stack's name: a writer that stores a token meanwhile finds it. */
export const retiredTag = "retired-by";

const tokenType = "application/x-oauth-refresh-token";

type Typed = Pick<SecretVersion, "contentType">;

/** The content type of a stored token. @param redeemed the version that it was made of; undefined: it is of a sign-in */
export const contentTypeOf = (redeemed: string | undefined): string =>
  redeemed === undefined ? tokenType : `${tokenType}; redeemed=${redeemed}`;

/** The version that a token was made of; undefined: it is of a sign-in, or disabled for being older. */
export const originOf = ({ contentType }: Typed): string | undefined => /; redeemed=(\S+)$/u.exec(contentType)?.[1];

/**
 * The content type of a version that a writer disables because another one stands in its place, unlike one that a person revokes. It is no tag:
 * all tags are replaced at once, and two writers of them would undo each other.
 */
export const supersededBy = (version: string): string => `${tokenType}; superseded-by=${version}`;

/** The version that stands in a disabled one's place; undefined if it was not disabled for being older. */
export const supersederOf = ({ contentType }: Typed): string | undefined =>
  /; superseded-by=(\S+)$/u.exec(contentType)?.[1];

/** A stack's name in tags. @param organization only Pulumi Cloud has several: other backends always use "organization" */
export function stackName(organization: string, project: string, stack: string): string {
  const own = organization === "" || organization === "organization" ? [] : [organization];
  return [...own, project, stack].join("/");
}

/** The name that the engine takes for a stack in a tag: of a backend without organizations by its last part alone. */
export function stackIn(named: string): string {
  const parts = named.split("/");
  return parts.length === 3 ? named : (parts.at(-1) ?? "");
}

/** Whether a token is of this stack, or of none yet. */
export const isKeptBy = (stack: string, named: string): boolean => named === stack || named === noStack;
