import { assignDirectoryRole } from "../../emulator/directory-roles";
import type { Emulator } from "../../emulator/emulator";
import { microsoftGraph, partnerCenter } from "../../emulator/first-party";
import { consentForEverybody, partnerTenant, type RegisteredApplication } from "../../testing/applications";
import { answered, opened } from "./entra-requests";
import { type Refusal, refused } from "./refusal";

const learn = "https://learn.microsoft.com/entra";
const codes = `${learn}/identity-platform/reference-error-codes` as const;
const consentErrors = `${learn}/identity/enterprise-apps/application-sign-in-unexpected-user-consent-error` as const;
const scopes = `${learn}/identity-platform/scopes-oidc` as const;
const adminConsent = `${learn}/identity-platform/v2-admin-consent` as const;
const consent = "POST /{tenant}/sign-in/consent";
const leave = { answer: "return" };
const accept = { answer: "accept" };

/** Declares one more permission of Microsoft Graph. */
const declare =
  (name: string, type: "Scope" | "Role") =>
  (_: Emulator, { application }: RegisteredApplication): void => {
    const published: readonly { id: string; value: string }[] =
      type === "Scope" ? microsoftGraph.scopes : microsoftGraph.appRoles;
    const id = published.find(({ value }) => value === name)?.id ?? partnerCenter.appId;
    const more = { resourceAppId: microsoftGraph.appId, resourceAccess: [{ id, type }] };
    application.requiredResourceAccess = [...application.requiredResourceAccess, more];
  };

/** Consents that an account may not give. */
export const entraConsentRefusals: Refusal[] = [
  ...refused(consent, "302 access_denied", {
    "application permissions, from an ordinary account": [consentErrors, answered({ whole: true }, leave)],
    "a delegated permission of type Admin, from an ordinary account": [
      consentErrors,
      answered({ prepare: declare("Directory.Read.All", "Scope") }, leave),
    ],
    "application permissions of Microsoft Graph, from an Application Administrator": [
      `${learn}/identity/enterprise-apps/grant-admin-consent`,
      answered(
        {
          whole: true,
          prepare: (cloud) => {
            assignDirectoryRole(partnerTenant(cloud), "applicationAdministrator", cloud.seeds.users.serviceAccount.id);
          },
        },
        leave,
      ),
    ],
    "anything, from an ordinary account, where the tenant's policy closes it": [
      consentErrors,
      answered({ prepare: (cloud) => (partnerTenant(cloud).permissionGrantPolicies = []) }, leave),
    ],
    "`prompt=consent` of an account that may not, though everything is granted": [
      scopes,
      answered(
        {
          whole: true,
          changes: { prompt: "consent" },
          prepare: (cloud, { application }) => {
            consentForEverybody(cloud, application);
          },
        },
        leave,
      ),
    ],
  }),
  ...refused(consent, "302 AADSTS65004", {
    "a consent that the person declines": [codes, answered({}, { answer: "cancel" })],
  }),
  ...refused(consent, "302 AADSTS65005", {
    "a declared permission that the resource does not have": [
      consentErrors,
      answered({ prepare: declare("nothing", "Scope") }, accept),
    ],
  }),
  ...refused(consent, "302 AADSTS650052", {
    "a declared resource that the tenant has no service principal of": [
      codes,
      answered(
        {
          prepare: (_, { application }) =>
            (application.requiredResourceAccess = [
              ...application.requiredResourceAccess,
              { resourceAppId: partnerCenter.appId.replace("f", "e"), resourceAccess: [] },
            ]),
        },
        accept,
      ),
    ],
  }),
  ...refused(consent, "400 AADSTS50105", {
    "an account that is not assigned, where assignment is required": [
      codes,
      answered(
        { prepare: (_, { servicePrincipal }) => (servicePrincipal["appRoleAssignmentRequired"] = true) },
        accept,
      ),
    ],
  }),
  ...refused("GET /{tenant}/adminconsent", "302 access_denied", {
    "an ordinary account": [
      `${learn}/identity-platform/application-consent-experience`,
      answered({ path: "/partner.example/adminconsent" }, leave),
    ],
  }),
  ...refused("GET /{tenant}/adminconsent", "400 AADSTS50011", {
    "a redirect URI that is not registered": [
      adminConsent,
      opened({ path: "/partner.example/adminconsent", changes: { redirect_uri: "http://localhost:8400/other" } }),
    ],
  }),
  ...refused("GET /{tenant}/v2.0/adminconsent", "302 AADSTS900144", {
    "no scope": [adminConsent, opened({ path: "/partner.example/v2.0/adminconsent", changes: { scope: undefined } })],
  }),
  ...refused("GET /{tenant}/v2.0/adminconsent", "501", {
    "names of permissions": [
      "emulator",
      opened({ path: "/partner.example/v2.0/adminconsent", changes: { scope: "User.Read" } }),
      "User.Read",
    ],
  }),
];
