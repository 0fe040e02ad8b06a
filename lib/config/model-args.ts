/** What a program of one's own describes, as the settings do: defaults and ranges are in docs/settings.md. */
import type { ConsentMode, Generation } from "./limits";

export interface CredentialArgs {
  /** Those that the stack makes, the current one first and at most one before it: {@link planGenerations}. */
  generations: readonly Generation[];
  /** Name of the vault secret with a client secret that somebody else keeps: then the current one is none of these. */
  vaultSecretName?: string | undefined;
  /** Months that a new one is valid, 1 to 24; default 12. An existing one does not change. */
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
  /** Who may reach it: public IPv4 addresses or ranges. */
  networkRules?: { ipRules: string[] };
  /** Resource id of what keeps its audit log. */
  diagnostics?: string;
  /** Who may read its secrets, beside the deployer. */
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
  /** The stack whose token in the same vault this one takes over. */
  takeOverFrom?: string;
}
