/** What kind of step helps against a refusal, and the command that takes it. */

/** Consumers branch on this, never on numbers. */
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
  | "credential"
  | "restart"
  | "defect";

/** @param cloud where the tenant lives, when that is known */
export function cloudFix(cloud = "<cloud>"): string {
  return `Set the tenant's own cloud: pulumi config set secure-application-model:cloud ${cloud}; of a command: --cloud ${cloud}`;
}

/** What to do, for each kind; a code of its own kind may know better. */
export const fixes: Readonly<Record<Remedy, string>> = {
  cloud: cloudFix(),
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
  account: "Sign in with the service account, or repair that account: secure-app-model consent",
  administrator: "An administrator of the tenant has to allow it; then: secure-app-model consent --force",
  vault:
    "Check the vault's URI, which holds another application's token: secure-app-model doctor; " +
    "if the URI is right: secure-app-model consent --force",
  credential: "Repair the Azure credential of this process, then look again: secure-app-model doctor",
  restart: "Start again; a code is good for one attempt: secure-app-model consent",
  defect: "Please report this, with the words above and what this prints: secure-app-model doctor",
};
