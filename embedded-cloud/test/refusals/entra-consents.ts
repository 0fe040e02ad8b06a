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
  ...refused(consent, consentErrors, [
    ["302 access_denied", "application permissions, from an ordinary account", answered("return", {}, { whole: true })],
    [
      "302 access_denied",
      "a delegated permission of type Admin, from an ordinary account",
      answered("return", {}, { prepare: declare(microsoftGraph.appId, readDirectory) }),
    ],
    [
      "302 access_denied",
      "anything, from an ordinary account, where the tenant's policy closes it",
      answered("return", {}, { prepare: closePolicy }),
    ],
    [
      "302 AADSTS65005",
      "a declared permission that the resource does not have",
      answered("accept", {}, { prepare: declare(microsoftGraph.appId, nobody) }),
    ],
  ]),
  ...refused(consent, `${learn}/identity/enterprise-apps/grant-admin-consent`, [
    [
      "302 access_denied",
      "application permissions of Microsoft Graph, from an Application Administrator",
      answered("return", {}, { whole: true, prepare: promote }),
    ],
  ]),
  ...refused(consent, scopes, [
    [
      "302 access_denied",
      "`prompt=consent` of an account that may not, though everything is granted",
      answered("return", { prompt: "consent" }, { whole: true, prepare: grantEverything }),
    ],
  ]),
  ...refused(consent, codes, [
    ["302 AADSTS65004", "a consent that the person declines", answered("cancel", {})],
    [
      "302 AADSTS650052",
      "a declared resource that the tenant has no service principal of",
      answered("accept", {}, { prepare: declare(nobody, nobody) }),
    ],
    [
      "400 AADSTS50105",
      "an account that is not assigned, where assignment is required",
      answered(
        "accept",
        {},
        { prepare: (_, { servicePrincipal }) => (servicePrincipal["appRoleAssignmentRequired"] = true) },
      ),
    ],
  ]),
  ...refused("GET /{tenant}/adminconsent", `${learn}/identity-platform/application-consent-experience`, [
    ["302 access_denied", "an ordinary account", answered("return", {}, adminConsent)],
  ]),
  ...refused("GET /{tenant}/adminconsent", v2, [
    [
      "400 AADSTS50011",
      "a redirect URI that is not registered",
      opened({ redirect_uri: "http://localhost:8400/other" }, adminConsent),
    ],
    ["400 AADSTS900971", "no redirect URI", opened({ redirect_uri: undefined }, adminConsent)],
    ["400 AADSTS900144", "no application", opened({ client_id: undefined }, adminConsent)],
    ["400 AADSTS700016", "an application that is not there", opened({ client_id: nobody }, adminConsent)],
    [
      "302 AADSTS650056",
      "an application that declares nothing",
      opened({}, { ...adminConsent, prepare: declareNothing }),
    ],
  ]),
  ...refused("GET /{tenant}/v2.0/adminconsent", v2, [
    ["302 AADSTS900144", "no scope", opened({ scope: undefined }, adminConsentV2)],
  ]),
  ...refused("GET /{tenant}/v2.0/adminconsent", "emulator", [
    ["501", "names of permissions", opened({ scope: "User.Read" }, adminConsentV2), "User.Read"],
  ]),
];
