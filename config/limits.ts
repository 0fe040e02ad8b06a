/** Defaults and ranges as data, each once: settings, components, the command's options and the documents take them from here. */

/** Both ends are allowed. */
export interface Limits {
  readonly least: number;
  readonly most: number;
  readonly default: number;
}

/** Days that a refresh token is valid after it was issued. */
export const refreshTokenDays = 90;

/** Days before its end at which a token or client secret counts as expiring. */
export const warnBeforeDays = { least: 1, most: refreshTokenDays - 1, default: 30 } as const satisfies Limits;

/** Days before its end at which `status` fails for a token or client secret. */
export const failBeforeDays = { least: 0, most: refreshTokenDays - 1, default: 7 } as const satisfies Limits;

/** Loopback port of the sign-in. Entra ignores it in a localhost reply URL. */
export const signInPort = { least: 1024, most: 65535, default: 8400 } as const satisfies Limits;

/** Minutes to wait for the sign-in. */
export const deadlineMinutes = { least: 1, most: 60, default: 10 } as const satisfies Limits;

/** Days that a deleted vault can be recovered; Key Vault keeps the number for the vault's whole life. */
export const retentionDays = { least: 7, most: 90, default: 90 } as const satisfies Limits;

/** Days from now at which a client secret has to have ended: two years, each with a leap day. */
export const clientSecretDays = 2 * 366;

/** The label of the first client secret. */
export const firstLabel = "initial";

/** What an application is called where nobody says otherwise. */
export const applicationName = "Partner Center Web App";

/** auto: sign in when BROWSER is set or, outside CI, at a terminal; interactive: always; never: leave the token to the command. */
export const consentModes = ["auto", "interactive", "never"] as const;
export type ConsentMode = (typeof consentModes)[number];
export const defaultConsentMode: ConsentMode = "auto";
