/** The arguments of a user's own program, equal to the settings: defaults and ranges are in docs/settings.md. */
import type { ConsentMode, Generation } from "./limits";

export interface CredentialArgs {
  /** The stack's generations, the current one first and at most one before it: {@link planGenerations}. */
  generations: readonly Generation[];
  /** Name of the vault secret with a client secret that somebody else keeps, used instead of these generations. */
  vaultSecretName?: string | undefined;
  /** Months that a new credential is valid, 1 to 24; default 12. An existing credential does not change. */
  validityMonths?: number | undefined;
}

/** A vault that the stack makes. */
export interface VaultArgs {
  /** Unique in the cloud. */
  name: string;
  resourceGroupName: string;
  /** Whether the resource group is made; false: it exists. */
  createResourceGroup?: boolean;
  /** A region of the cloud, fixed once the vault exists. */
  location: string;
  /** Days that it can be recovered once deleted, fixed once it exists. */
  retentionDays?: number;
  /** The addresses that may reach the vault: public IPv4 addresses or ranges. */
  networkRules?: { ipRules: string[] };
  /** Resource id of the destination of its audit log. */
  diagnostics?: string;
  /** The principals that may read its secrets, besides the deployer. */
  readers?: { principalId: string; principalType: "User" | "Group" | "ServicePrincipal" }[];
}

/** The sign-in that brings the refresh token. */
export interface ConsentArgs {
  /** Whether `pulumi up` waits for it; never: you run `secure-app-model consent`. */
  mode?: ConsentMode;
  /** User principal name of the service account that signs in. */
  account?: string;
  /** How long a deployment waits for it, in minutes. */
  deadlineMinutes?: number;
  /** Days before its end when a token is expiring, which is drift. */
  warnBeforeDays?: number;
  /** The loopback port that the browser returns to. */
  port?: number;
  /** The stack whose token in the same vault this stack takes over. */
  takeOverFrom?: string;
}
