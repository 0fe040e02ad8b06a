/** What Entra's error numbers mean here, and what to do. Sources: Microsoft's error reference and users' reports. */

/** What kind of step helps. Consumers branch on this, never on numbers. */
export type Remedy =
  | "cloud"
  | "tenant"
  | "consent"
  | "permission"
  | "customer-consent"
  | "secret"
  | "registration"
  | "account"
  | "administrator"
  | "vault"
  | "federation"
  | "restart"
  | "defect";

export interface AadstsEntry {
  remedy: Remedy;
  /** What it means in this model. */
  meaning: string;
}

const entry = (remedy: Remedy, meaning: string): AadstsEntry => ({ remedy, meaning });

export const aadsts: Readonly<Record<number, AadstsEntry>> = {
  90038: entry("cloud", "the tenant lives in another cloud than the one asked"),
  900382: entry("cloud", "a confidential client cannot sign in across clouds"),
  900432: entry("cloud", "a confidential client cannot sign in across clouds"),
  90002: entry("tenant", "this cloud knows no such tenant"),
  900023: entry("tenant", "the tenant is neither a GUID nor a domain"),
  700005: entry("tenant", "the authorization code belongs to another tenant"),
  700016: entry("tenant", "the application is not in this tenant, or the tenant is in another cloud"),
  50194: entry("tenant", "a single-tenant application was asked for at /common"),
  50074: entry("consent", "the account must sign in with strong authentication"),
  50076: entry("consent", "the account must sign in with multi-factor authentication"),
  50078: entry("consent", "the multi-factor authentication of the last sign-in has expired"),
  50079: entry("consent", "the account has not enrolled for multi-factor authentication yet"),
  70043: entry("consent", "the sign-in frequency policy asks for a new sign-in"),
  700082: entry("consent", "the refresh token has expired after 90 days without use"),
  70008: entry("consent", "the refresh token or authorization code has expired"),
  50173: entry("consent", "the refresh token was revoked"),
  70000: entry("consent", "the refresh token is malformed or unknown"),
  65004: entry("consent", "the consent was declined"),
  65001: entry("permission", "the permission has not been consented to"),
  650057: entry("permission", "the application does not declare a permission for this resource"),
  500011: entry("permission", "the resource has no service principal in this tenant"),
  650052: entry("administrator", "the tenant has no subscription to this resource"),
  90094: entry("administrator", "an administrator must consent"),
  90099: entry("customer-consent", "the application is not authorised in the customer's tenant"),
  7000215: entry("secret", "the client secret is wrong, or is the secret's id instead of its value"),
  7000222: entry("secret", "the client secret has expired"),
  7000218: entry("registration", "the request carried no client secret"),
  700025: entry("registration", "the application is registered as a public client"),
  50011: entry("registration", "the redirect URI is not one of the application's reply URLs"),
  900971: entry("registration", "the application has no reply URL"),
  7000112: entry("administrator", "the application is disabled"),
  50105: entry("administrator", "the account is not assigned to the application"),
  53003: entry("administrator", "a Conditional Access policy blocks the sign-in"),
  530034: entry("administrator", "a Conditional Access policy blocks the sign-in"),
  530035: entry("administrator", "a Conditional Access policy blocks the sign-in"),
  50020: entry("account", "the account is not in this tenant"),
  50034: entry("account", "there is no such account"),
  50057: entry("account", "the account is disabled"),
  50126: entry("account", "the password is wrong"),
  700007: entry("vault", "the token was issued to another application"),
  700211: entry("federation", "no federated credential of this client names the issuer of the presented token"),
  700212: entry("federation", "no federated credential of this client names the audience of the presented token"),
  700213: entry("federation", "no federated credential of this client names the subject of the presented token"),
  70021: entry("federation", "no federated credential of this client matches the presented token"),
  700024: entry("federation", "the presented token has expired, or its time has not come yet"),
  700027: entry("federation", "the signature of the presented token does not hold"),
  7000272: entry("federation", "the issuer does not publish the key that the presented token was signed with"),
  50166: entry("federation", "the issuer of the presented token could not be reached by Entra"),
  54005: entry("restart", "the authorization code was used already"),
  501481: entry("restart", "the code verifier does not match"),
  900144: entry("defect", "the request is malformed"),
  9002313: entry("defect", "the request is malformed"),
};

/** What to do, for each kind. */
export const fixes: Readonly<Record<Remedy, string>> = {
  cloud: "Set the tenant's own cloud: pulumi config set secure-application-model:cloud <cloud>",
  tenant: "Check the tenant and the cloud: pulumi config get secure-application-model:tenantId",
  consent: "Consent again, with multi-factor authentication: secure-app-model consent --force",
  permission:
    "Declare the permission, then consent again (secure-app-model consent --force). Azure Resource Manager: " +
    "pulumi config set secure-application-model:azureManagement true; Microsoft Graph: …:delegatedGraph true; then pulumi up",
  "customer-consent":
    "Consent to the application for that customer: secure-app-model customers consent <customer tenant>",
  secret:
    "Rotate the client secret: pulumi up --refresh makes a new one when it is gone; README.md, rotating, when it expired",
  registration: "Repair the application: pulumi up --refresh",
  account: "Sign in with the service account, or repair that account.",
  administrator: "An administrator of the tenant has to allow it.",
  vault: "Check the vault's URI: it holds another application's token.",
  federation:
    "Compare the federated credential (az ad app federated-credential list --id <client id>) with the token: issuer " +
    "https://token.actions.githubusercontent.com; subject as the refusal quotes it; audience of the cloud: api://AzureADTokenExchange, " +
    "in AzureUSGovernment api://AzureADTokenExchangeUSGov, in AzureChinaCloud api://AzureADTokenExchangeChina. A GitHub token lives for " +
    "minutes: ask for it in the step that uses it. docs/ci.md has the commands.",
  restart: "Start again; a code is good for one attempt.",
  defect: "Please report this, with the words above.",
};

/** What Entra refused: its own words without trace ids, the number, and what kind of step helps. Never holds a token or secret. */
export class EntraError extends Error {
  override readonly name = "EntraError";
  constructor(
    /** OAuth's `error`, e.g. invalid_grant. */
    readonly error: string,
    /** The AADSTS number, when Entra gave one. */
    readonly code: number | undefined,
    readonly remedy: Remedy,
    message: string,
  ) {
    super(message);
  }
}

/** OAuth's `error` decides when the number is one this catalogue does not know. */
const remedyOfError: Readonly<Record<string, Remedy>> = {
  invalid_client: "secret",
  unauthorized_client: "registration",
  invalid_grant: "consent",
  interaction_required: "consent",
  consent_required: "permission",
  access_denied: "consent",
  invalid_resource: "permission",
  invalid_request: "defect",
};

/**
 * Builds the error from what Entra answered.
 * @param what what was being done, e.g. "Redeeming the refresh token"
 * @param description Entra's error_description; only its first line is kept (the rest are trace ids)
 */
export function entraError(what: string, error: string, description: string): EntraError {
  const number = /AADSTS(\d+)/u.exec(description)?.[1];
  const code = number === undefined ? undefined : Number(number);
  const known = code === undefined ? undefined : aadsts[code];
  // MSAL puts numbers and a time before Entra's text.
  const text = description.slice(Math.max(0, description.search(/AADSTS\d/u)));
  const words = text.split(/\r?\n| Trace ID:/u, 1)[0]?.trim() ?? "";
  const meaning = known === undefined ? "" : `: ${known.meaning}`;
  const remedy = known?.remedy ?? remedyOfError[error] ?? "defect";
  const said = words === "" ? `${error}.` : words;
  return new EntraError(error, code, remedy, `${what} was refused${meaning}. Entra says: ${said} ${fixes[remedy]}`);
}
