import { assignDirectoryRole } from "../../emulator/directory-roles";
import type { Emulator } from "../../emulator/emulator";
import { microsoftGraph } from "../../emulator/first-party";
import { consentForEverybody, partnerTenant, type RegisteredApplication } from "../../testing/applications";
import { answered, nobody, opened } from "./entra-requests";
import { type Refusal, refused } from "./refusal";

const learn = "https://learn.microsoft.com/entra";
const codes = `${learn}/identity-platform/reference-error-codes` as const;
const consentErrors = `${learn}/identity/enterprise-apps/application-sign-in-unexpected-user-consent-error` as const;
const scopes = `${learn}/identity-platform/scopes-oidc` as const;
const v2 = `${learn}/identity-platform/v2-admin-consent` as const;
const consent = "POST /{tenant}/sign-in/consent";
const adminConsent = { path: "adminconsent" };
const adminConsentV2 = { path: "v2.0/adminconsent" };

/** Declares one more resource, with one permission. */
const declare =
  (resourceAppId: string, id: string) =>
  (_: Emulator, { application }: RegisteredApplication): void => {
    const more = { resourceAppId, resourceAccess: [{ id, type: "Scope" as const }] };
    application.requiredResourceAccess = [...application.requiredResourceAccess, more];
  };
/** Of type Admin. */
const readDirectory = microsoftGraph.scopes.find(({ value }) => value === "Directory.Read.All")?.id ?? "";

const declareNothing = (_: Emulator, { application }: RegisteredApplication) =>
  (application.requiredResourceAccess = []);
const closePolicy = (cloud: Emulator) => (partnerTenant(cloud).permissionGrantPolicies = []);
const grantEverything = (cloud: Emulator, { application }: RegisteredApplication): void => {
  consentForEverybody(cloud, application);
};
const promote = (cloud: Emulator): void => {
  assignDirectoryRole(partnerTenant(cloud), "applicationAdministrator", cloud.seeds.users.serviceAccount.id);
};

/** Consents that an account may not give. */
export const entraConsentRefusals: Refusal[] = [
  ...refused(consent, consentErrors, {
    "application permissions, from an ordinary account": ["302 access_denied", answered("return", {}, { whole: true })],
    "a delegated permission of type Admin, from an ordinary account": [
      "302 access_denied",
      answered("return", {}, { prepare: declare(microsoftGraph.appId, readDirectory) }),
    ],
    "anything, from an ordinary account, where the tenant's policy closes it": [
      "302 access_denied",
      answered("return", {}, { prepare: closePolicy }),
    ],
    "a declared permission that the resource does not have": [
      "302 AADSTS65005",
      answered("accept", {}, { prepare: declare(microsoftGraph.appId, nobody) }),
    ],
  }),
  ...refused(consent, `${learn}/identity/enterprise-apps/grant-admin-consent`, {
    "application permissions of Microsoft Graph, from an Application Administrator": [
      "302 access_denied",
      answered("return", {}, { whole: true, prepare: promote }),
    ],
  }),
  ...refused(consent, scopes, {
    "`prompt=consent` of an account that may not, though everything is granted": [
      "302 access_denied",
      answered("return", { prompt: "consent" }, { whole: true, prepare: grantEverything }),
    ],
  }),
  ...refused(consent, codes, {
    "a consent that the person declines": ["302 AADSTS65004", answered("cancel", {})],
    "a declared resource that the tenant has no service principal of": [
      "302 AADSTS650052",
      answered("accept", {}, { prepare: declare(nobody, nobody) }),
    ],
    "an account that is not assigned, where assignment is required": [
      "400 AADSTS50105",
      answered(
        "accept",
        {},
        { prepare: (_, { servicePrincipal }) => (servicePrincipal["appRoleAssignmentRequired"] = true) },
      ),
    ],
  }),
  ...refused("GET /{tenant}/adminconsent", `${learn}/identity-platform/application-consent-experience`, {
    "an ordinary account": ["302 access_denied", answered("return", {}, adminConsent)],
  }),
  ...refused("GET /{tenant}/adminconsent", v2, {
    "a redirect URI that is not registered": [
      "400 AADSTS50011",
      opened({ redirect_uri: "http://localhost:8400/other" }, adminConsent),
    ],
    "no redirect URI": ["400 AADSTS900971", opened({ redirect_uri: undefined }, adminConsent)],
    "no application": ["400 AADSTS900144", opened({ client_id: undefined }, adminConsent)],
    "an application that is not there": ["400 AADSTS700016", opened({ client_id: nobody }, adminConsent)],
    "an application that declares nothing": [
      "302 AADSTS650056",
      opened({}, { ...adminConsent, prepare: declareNothing }),
    ],
  }),
  ...refused("GET /{tenant}/v2.0/adminconsent", v2, {
    "no scope": ["302 AADSTS900144", opened({ scope: undefined }, adminConsentV2)],
  }),
];
