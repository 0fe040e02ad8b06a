/**
 * The tags that make the vault describe itself: whose token a version is. They carry names and ids, never addresses: whoever can
 * write a tag would otherwise choose where the client secret is sent.
 */
import type { ConsentTarget } from "./target";

export interface TokenTags {
  application: string;
  tenant: string;
  cloud: string;
  /** Object id of the account that consented. */
  account: string;
  /** Its user principal name, for people. */
  "account-name": string;
  /** When a person last signed in for it, ISO 8601. Renewals keep it. */
  "consented-at": string;
  /** The vault secret holding the client secret that redeems it. */
  "client-secret": string;
  stack: string;
}

const keys = [
  "application",
  "tenant",
  "cloud",
  "account",
  "account-name",
  "consented-at",
  "client-secret",
  "stack",
] as const satisfies (keyof TokenTags)[];

/** Reads the tags of a version; undefined when it was not stored by this project. */
export function tokenTags(tags: Readonly<Record<string, string>>): TokenTags | undefined {
  return keys.every((key) => typeof tags[key] === "string") ? (tags as unknown as TokenTags) : undefined;
}

/** Whether a version was stored for this application, tenant and cloud. */
export function isOurs(
  target: Pick<ConsentTarget, "clientId" | "tenantId" | "cloud">,
  tags: Readonly<Record<string, string>>,
): boolean {
  const found = tokenTags(tags);
  return (
    found?.application === target.clientId && found.tenant === target.tenantId && found.cloud === target.cloud.name
  );
}
