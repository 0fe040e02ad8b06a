/** The target of a consent: names and ids only, never a secret. */
import type { DeclaredResource } from "../application/permissions";
import type { Client } from "../credential/client-credential";
import type { AwaitedVault } from "./vault-wait";

export type Progress = (line: string) => void;

export interface ConsentTarget extends Client, Pick<AwaitedVault, "awaitsRole"> {
  /** https://<vault>.<suffix>, checked against the cloud. */
  vaultUri: string;
  refreshTokenName: string;
  /** The name of the record of the credential that redeems it: credential-record.ts. */
  credential: string;
  /** User principal name of the service account that must sign in; undefined: any account. */
  account: string | undefined;
  /** The delegated permissions that the token must include; empty if it is only read or renewed. */
  permissions: readonly DeclaredResource[];
  /** The stack for the tags; {@link noStack} where the command stores the first token. */
  stack: string;
  /** The stack whose token this stack may take over. */
  takeOverFrom?: string | undefined;
  /** Whether the command started it: what it stores then belongs to the stack that has the token now. */
  isCommand?: true;
}

/** The token's name for a tenant: a Control Panel Vendor has a token for each of its partners' tenants. */
export const refreshTokenNameOf = (tenantId: string): string => `${refreshTokenPrefix}${tenantId}`;

export const refreshTokenPrefix = "refresh-token-";

/** A disabled secret, used only to check that this process may write. */
export const probeName = "consent-write-probe";
