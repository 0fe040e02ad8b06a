/** Defaults and ranges, each defined once for settings, components, command options and documents. */

/** Both ends are allowed. */
export interface Limits {
  readonly least: number;
  readonly most: number;
  readonly default: number;
  /** In the plural; none for a mere number. */
  readonly unit?: string;
}

const days = (least: number, most: number, usual: number): Limits => ({ least, most, default: usual, unit: "days" });

export const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

export const isGuid = (text: string): boolean => guid.test(text);

/** Days that a refresh token is valid after it was issued. */
export const refreshTokenDays = 90;

/** Days before its expiry at which a token or client secret counts as expiring. */
export const warnBeforeDays = days(1, refreshTokenDays - 1, 30);

/** Days before its expiry at which `status` fails for a token or client secret. */
export const failBeforeDays = days(0, refreshTokenDays - 1, 7);

/** The sign-in's port on this machine; Entra ignores the port of a localhost reply URL. */
export const signInPort: Limits = { least: 1024, most: 65535, default: 8400 };

export const deadlineMinutes: Limits = { least: 1, most: 60, default: 10, unit: "minutes" };

/** Minutes until standard input must have ended. */
export const inputMinutes = 30;

/** Limits of the text for `explain`: bytes, and number of different codes in it. */
export const explained = { bytes: 100_000_000, numbers: 100 };

/** Bytes of a refresh token: longer than any of Entra's, and short enough for a vault's 25 KB. */
export const refreshTokenBytes = 16_000;

/** Bytes of standard input for a token with surrounding text, or for an address. */
export const pipedBytes = 64_000;

/** The allowed names of a vault and of a resource group, and the descriptions of the rule. */
export const vaultName = /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/iu;
export const vaultNameWords =
  "3 to 24 letters, digits and single dashes, a letter first, no dash last; unique in the whole cloud";
const groupName = String.raw`[\w.()-]{0,89}[\w()-]`;
export const resourceGroup = new RegExp(`^${groupName}$`, "u");
export const resourceGroupWords = "1 to 90 letters, digits, and . _ - ( ), no full stop last";

/** Resource id of a place for a vault's audit log, and the description of the rule. */
export const logDestination = new RegExp(
  `^/subscriptions/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/resourceGroups/${groupName}/providers/` +
    "(Microsoft\\.OperationalInsights/workspaces/[a-z0-9][a-z0-9-]{2,61}[a-z0-9]|Microsoft\\.Storage/storageAccounts/[a-z0-9]{3,24})$",
  "iu",
);
export const logDestinationWords =
  "the resource id of a Log Analytics workspace, or of a storage account: /subscriptions/…/providers/…";

/** Days that a deleted vault can be recovered; the value is fixed when the vault is created. */
export const retentionDays = days(7, 90, 90);

export const credentialKinds = ["secret", "certificate"] as const;
export type CredentialKind = (typeof credentialKinds)[number];

/** A credential that a stack created; its successor has the next number. */
export interface Generation {
  /** From 1. */
  number: number;
  kind: CredentialKind;
  /** When it was made, YYYY-MM-DD in UTC. */
  day: string;
}

/** Months that a new credential is valid, at most Entra's two years. A vault accepts no dates for a certificate. */
export const validityMonths: Limits = { least: 1, most: 24, default: 12, unit: "months" };

/** Days between two rotations by the calendar. */
export const rotateEveryDays = { least: 30, most: 365 };

/** Days that a rotation by the calendar may be overdue before `drift` fails. */
export const overdueDays = days(1, 90, 14);

/** Whether `pulumi destroy` refuses to delete anything of a stack. */
export const protectStack = true;
/** Part of the name of every resource of this program's model, and of its application's identifier URI. */
export const modelName = "partner";

export const applicationName = "Partner Center Web App";

export const consentModes = ["auto", "interactive", "never"] as const;
export type ConsentMode = (typeof consentModes)[number];
export const defaultConsentMode: ConsentMode = "auto";

export const adminConsents = ["account", "everybody"] as const;
export type AdminConsent = (typeof adminConsents)[number];

/** Tokens that are processed at once in a vault with many. */
export const concurrency: Limits = { least: 1, most: 32, default: 8 };
/** Requests a second that Partner Center accepts from one application. */
export const partnerCenterRate: Limits = { least: 1, most: 1000, default: 50 };
/** Redemptions that are sent to Entra at once for many customers. */
export const redemptionsAtOnce: Limits = { least: 1, most: 64, default: 8 };
/** Commands of `exec` that run at once for many customers. */
export const commandsAtOnce: Limits = { least: 1, most: 64, default: 4 };

/** The most bytes of a stack's file, and of a file of endpoints. */
export const configurationBytes = 1_000_000;
/** The most bytes of a file that lists customers, or the permissions they are to grant. */
export const customerFileBytes = 20_000_000;
/** The most bytes of a file of failures, and of a file of a million customers that are done. */
export const runFileBytes = 100_000_000;

/** The content type of a vault's secret by which its keeper marks it as a client secret. */
export const clientSecretType = "application/x-oauth-client-secret";
