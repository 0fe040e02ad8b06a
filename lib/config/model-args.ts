/** What a program of one's own describes, as the settings do: defaults and ranges are in docs/settings.md. */
import type { ConsentMode, Credential, Credentials } from "./limits";

/** The credentials of a stack that creates them all: each stays valid until it is removed from here. */
export interface MadeCredentials {
  declared: Credentials;
  vaultSecretName?: undefined;
}

/** Those of a stack whose current secret somebody put into an existing vault, for an existing application. */
export interface FoundSecret {
  /** Name of the vault secret that contains it. */
  vaultSecretName: string;
  /** Those that the stack created before. */
  declared: readonly Credential[];
}

export interface RotationArgs {
  /** Months that a new certificate is valid, 1 to 24; default 12. An existing one does not change. */
  validityMonths?: number;
  /** Whether a rotation publishes all tokens that name one of these, not only the stack's. Default false. */
  rollTokens?: true;
}

export type CredentialArgs = RotationArgs & (MadeCredentials | FoundSecret);

/** Application and vault are made or exist. A client secret that somebody put there needs existing ones. */
export type Combined<Made, Found, MadeVault, FoundVault, Rotation> =
  | ((Made | Found) & { credential: Rotation & MadeCredentials; vault: MadeVault | FoundVault })
  | (Found & { credential: Rotation & FoundSecret; vault: FoundVault });

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
