import { assignDirectoryRole } from "../../emulator/directory-roles";
import type { Emulator } from "../../emulator/emulator";
import { microsoftGraph, partnerCenter } from "../../emulator/first-party";
import { consentForEverybody, partnerTenant, type RegisteredApplication } from "../../testing/applications";
import { answered, opened } from "./entra-requests";
import type { Refusal } from "./refusal";

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
  {
    request: consent,
    refused: "application permissions, from an ordinary account",
    answer: "302 access_denied",
    source: consentErrors,
    send: answered({ whole: true }, leave),
  },
  {
    request: consent,
    refused: "a delegated permission of type Admin, from an ordinary account",
    answer: "302 access_denied",
    source: consentErrors,
    send: answered({ prepare: declare("Directory.Read.All", "Scope") }, leave),
  },
  {
    request: consent,
    refused: "application permissions of Microsoft Graph, from an Application Administrator",
    answer: "302 access_denied",
    source: `${learn}/identity/enterprise-apps/grant-admin-consent`,
    send: answered(
      {
        whole: true,
        prepare: (cloud) => {
          assignDirectoryRole(partnerTenant(cloud), "applicationAdministrator", cloud.seeds.users.serviceAccount.id);
        },
      },
      leave,
    ),
  },
  {
    request: consent,
    refused: "anything, from an ordinary account, where the tenant's policy closes it",
    answer: "302 access_denied",
    source: consentErrors,
    send: answered({ prepare: (cloud) => (partnerTenant(cloud).permissionGrantPolicies = []) }, leave),
  },
  {
    request: consent,
    refused: "`prompt=consent` of an account that may not, though everything is granted",
    answer: "302 access_denied",
    source: scopes,
    send: answered(
      {
        whole: true,
        changes: { prompt: "consent" },
        prepare: (cloud, { application }) => {
          consentForEverybody(cloud, application);
        },
      },
      leave,
    ),
  },
  {
    request: consent,
    refused: "a consent that the person declines",
    answer: "302 AADSTS65004",
    source: codes,
    send: answered({}, { answer: "cancel" }),
  },
  {
    request: consent,
    refused: "a declared permission that the resource does not have",
    answer: "302 AADSTS65005",
    source: consentErrors,
    send: answered({ prepare: declare("nothing", "Scope") }, accept),
  },
  {
    request: consent,
    refused: "a declared resource that the tenant has no service principal of",
    answer: "302 AADSTS650052",
    source: codes,
    send: answered(
      {
        prepare: (_, { application }) =>
          (application.requiredResourceAccess = [
            ...application.requiredResourceAccess,
            { resourceAppId: partnerCenter.appId.replace("f", "e"), resourceAccess: [] },
          ]),
      },
      accept,
    ),
  },
  {
    request: consent,
    refused: "an account that is not assigned, where assignment is required",
    answer: "400 AADSTS50105",
    source: codes,
    send: answered(
      { prepare: (_, { servicePrincipal }) => (servicePrincipal["appRoleAssignmentRequired"] = true) },
      accept,
    ),
  },
  {
    request: "GET /{tenant}/adminconsent",
    refused: "an ordinary account",
    answer: "302 access_denied",
    source: `${learn}/identity-platform/application-consent-experience`,
    send: answered({ path: "/partner.example/adminconsent" }, leave),
  },
  {
    request: "GET /{tenant}/adminconsent",
    refused: "a redirect URI that is not registered",
    answer: "400 AADSTS50011",
    source: adminConsent,
    send: opened({ path: "/partner.example/adminconsent", changes: { redirect_uri: "http://localhost:8400/other" } }),
  },
  {
    request: "GET /{tenant}/v2.0/adminconsent",
    refused: "no scope",
    answer: "302 AADSTS900144",
    source: adminConsent,
    send: opened({ path: "/partner.example/v2.0/adminconsent", changes: { scope: undefined } }),
  },
  {
    request: "GET /{tenant}/v2.0/adminconsent",
    refused: "names of permissions",
    answer: "501",
    source: "emulator",
    message: "User.Read",
    send: opened({ path: "/partner.example/v2.0/adminconsent", changes: { scope: "User.Read" } }),
  },
];
