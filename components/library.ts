/** The package's components. Importing it keeps secrets out of debug messages, and warns where they would show. */
import "../lib/startup/print-here";
import "./debug-messages";
import "./secret-exposure";
export { clouds, type Cloud, type CloudName, type Endpoints } from "../lib/config/clouds";
export { AdoptedApplication, type AdoptedApplicationArgs } from "./adopted-application";
export type { CredentialArgs } from "../lib/config/model-args";
export type { Generation } from "../lib/config/limits";
export { askedIn } from "../lib/config/own-variables";
export { planGenerations } from "../lib/credential/generations";
export { DelegatedGrants, type DelegatedGrantsArgs } from "./delegated-grants";
export { ExistingVault, type ExistingVaultArgs } from "./existing-vault";
export { PartnerApplication, type PartnerApplicationArgs } from "./partner-application";
export { PartnerConsent, type PartnerConsentArgs } from "./partner-consent";
export type { ExtraPermissions } from "../lib/application/permissions";
export { SecureApplicationModel, type SecureApplicationModelArgs } from "./secure-application-model";
export {
  SecureAppModelCredential,
  type SecureAppModelCredentialOptions,
} from "../lib/token/secure-app-model-credential";
export { TokenVault, type TokenVaultArgs } from "./token-vault";
