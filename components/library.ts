/** The package's components. Importing it keeps secrets out of debug messages, and warns where they would show. */
import "../lib/startup/print-here";
import "./debug-messages";
import "./secret-exposure";
export { clouds, type Cloud, type CloudChoice, type CloudName, type Endpoints } from "../lib/config/clouds";
export { AdoptedApplication, type AdoptedApplicationArgs, type ExistingApplication } from "./adopted-application";
export type { ConsentArgs, CredentialArgs, VaultArgs } from "../lib/config/model-args";
export type { AdminConsent, ConsentMode, CredentialKind, Generation } from "../lib/config/limits";
export { askedIn, type Question } from "../lib/config/own-variables";
export { type Known, planGenerations } from "../lib/credential/generations";
export type { Health } from "../lib/credential/lifetime";
export type { LiveVault } from "../lib/azure/key-vault";
export type { CredentialsArgs } from "./client-secrets";
export { DelegatedGrants, type DelegatedGrantsArgs } from "./delegated-grants";
export { ExistingVault, type ExistingVaultArgs } from "./existing-vault";
export { type ApplicationArgs, PartnerApplication, type PartnerApplicationArgs } from "./partner-application";
export { PartnerConsent, type PartnerConsentArgs } from "./partner-consent";
export type { DeclaredResource, ExtraPermissions, RequestedPermission } from "../lib/application/permissions";
export { SecureApplicationModel, type SecureApplicationModelArgs } from "./secure-application-model";
export {
  SecureAppModelCredential,
  type SecureAppModelCredentialOptions,
} from "../lib/token/secure-app-model-credential";
export { TokenVault, type TokenVaultArgs } from "./token-vault";
