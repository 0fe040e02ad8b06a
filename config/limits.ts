/** Defaults and ranges as data, each once: settings, components, the command's options and the documents take them from here. */

/** Both ends are allowed. */
export interface Limits {
  readonly least: number;
  readonly most: number;
  readonly default: number;
  /** In the plural; none for a mere number. */
  readonly unit?: string;
}

const days = (least: number, most: number, usual: number): Limits => ({ least, most, default: usual, unit: "days" });

/** How ids of tenants, applications, resources and permissions are written. */
export const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

export const isGuid = (text: string): boolean => guid.test(text);

/** Days that a refresh token is valid after it was issued. */
export const refreshTokenDays = 90;

/** Days before its end at which a token or client secret counts as expiring. */
export const warnBeforeDays = days(1, refreshTokenDays - 1, 30);

/** Days before its end at which `status` fails for a token or client secret. */
export const failBeforeDays = days(0, refreshTokenDays - 1, 7);

/** Loopback port of the sign-in. Entra ignores it in a localhost reply URL. */
export const signInPort: Limits = { least: 1024, most: 65535, default: 8400 };

/** Minutes to wait for the sign-in. */
export const deadlineMinutes: Limits = { least: 1, most: 60, default: 10, unit: "minutes" };

/** Minutes that standard input may take to end. */
export const inputMinutes = 30;

/** Of a text that is explained: its bytes, and how many different numbers in it. */
export const explained = { bytes: 100_000_000, numbers: 100 };

/** Bytes of a refresh token: longer than any of Entra's, and short enough for a vault's 25 KB. */
export const refreshTokenBytes = 16_000;

/** Bytes of a token that is piped in, with what may be around it, or of what is piped in for an address. */
export const pipedBytes = 64_000;

/** The name of a vault, and of a resource group: what may be in them, and how that is said. */
export const vaultName = /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/iu;
export const vaultNameWords =
  "3 to 24 letters, digits and single dashes, a letter first, no dash last; unique in the whole cloud";
export const resourceGroup = /^[\w.()-]{0,89}[\w()-]$/u;
export const resourceGroupWords = "1 to 90 letters, digits, and . _ - ( ), no full stop last";

/** What a bootstrap stack makes for the engine's state. */
export const stateGroup = "partner-state";
export const stateContainer = "pulumi";
export const stateKey = "pulumi";

/** Days that a deleted vault can be recovered; Key Vault keeps the number for the vault's whole life. */
export const retentionDays = days(7, 90, 90);

/** Days from now at which a client secret has to have ended: two years, each with a leap day. */
export const clientSecretDays = 2 * 366;

/** What the application proves itself with: a text that whoever reads the vault has, or a key that signs in there and never leaves it. */
export const credentialKinds = ["secret", "certificate"] as const;
export type CredentialKind = (typeof credentialKinds)[number];

/** Months that a new certificate is valid, from its creation: the vault takes no dates. The most is what Entra gives a client secret. */
export const certificateMonths: Limits = { least: 1, most: 24, default: 12, unit: "months" };
/** Days between two rotations by the calendar. */
export const rotateEveryDays = { least: 30, most: 365 };

/** Days that a credential by the calendar is valid at most: Entra's own two years. */
export const credentialDays = 730;

/** Days that a rotation by the calendar may be due before `drift` fails for it. */
export const overdueDays = days(1, 90, 14);

/** Whether the vault's resource group is made, rather than there. */
export const createResourceGroup = true;

/** Whether `pulumi destroy` refuses to delete anything of a stack. */
export const protectStack = true;

/** The label of the first client secret, or certificate. */
export const firstLabel = "initial";

/** What an application is called where nobody says otherwise. */
export const applicationName = "Partner Center Web App";

/** auto: sign in when BROWSER is set or, outside CI, at a terminal; interactive: always; never: leave the token to the command. */
export const consentModes = ["auto", "interactive", "never"] as const;
export type ConsentMode = (typeof consentModes)[number];
export const defaultConsentMode: ConsentMode = "auto";

/** Who the declared delegated permissions are granted to without a consent page: the service account alone, or every account. */
export const adminConsents = ["account", "everybody"] as const;
export type AdminConsent = (typeof adminConsents)[number];

/** Tokens that are worked on at once, of a vault that holds many. */
export const concurrency: Limits = { least: 1, most: 32, default: 8 };
/** Requests a second that Partner Center takes of one application. */
export const partnerCenterRate: Limits = { least: 1, most: 1000, default: 50 };

/** Redemptions that are asked of Entra at a time, where there are many customers. */
export const redemptionsAtOnce: Limits = { least: 1, most: 64, default: 8 };

/** Bytes of a file that names customers, or what they are to grant. */
export const customerFileBytes = 20_000_000;

/** Bytes of a file with what another command found, for the page of `status`. */
export const reportFileBytes = 20_000_000;
