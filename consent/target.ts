/** What a consent is about: names and ids only, never a secret. */
import type { DeclaredResource } from "../application/permissions";
import type { Cloud } from "../config/clouds";

export interface ConsentTarget {
  cloud: Cloud;
  /** The partner tenant, GUID. */
  tenantId: string;
  /** The application's client id. */
  clientId: string;
  /** https://<vault>.<suffix>, checked against the cloud. */
  vaultUri: string;
  /** Name of the vault secret that holds the refresh token. */
  refreshTokenName: string;
  /** What redeems it: a credential reference (credential-reference.ts). Of a client secret that is the name of its vault secret. */
  clientSecretName: string;
  /** Since when that has been the published one, where it was taken from a token; undefined: it was given. */
  clientSecretSince?: string | undefined;
  /** User principal name of the service account that is expected to sign in; undefined: whoever does. */
  account: string | undefined;
  /** The delegated permissions that the token has to bring; none where it is only looked at or renewed. */
  permissions: readonly DeclaredResource[];
  /** Who keeps this consent, for the tags: the Pulumi stack, or nobody where the command stores the first. */
  stack: string;
  /** The stack whose token this one may take over. */
  takeOverFrom?: string | undefined;
  /** Whether the command asks: what it stores stays the stack's that has the token now. */
  isCommand?: true;
}

/** One token per tenant it was consented in: a Control Panel Vendor holds one for each of its partners. */
export function refreshTokenNameOf(tenantId: string): string {
  return `${refreshTokenPrefix}${tenantId}`;
}

export const refreshTokenPrefix = "refresh-token-";
