import type { Emulator } from "../../../embedded-cloud/emulator/emulator";
import { assignDirectoryRole } from "../../../embedded-cloud/emulator/directory-roles";
import { microsoftGraph, partnerCenter } from "../../../embedded-cloud/emulator/first-party";
import { consentForEverybody, partnerTenant, type RegisteredApplication } from "../emulator/support/applications";
import { entraTokenRefusals } from "./entra-tokens";
import { answered, opened, plain, step } from "./entra-requests";
import type { Refusal } from "./refusal";

const learn = "https://learn.microsoft.com/entra";
const codes = `${learn}/identity-platform/reference-error-codes` as const;
const consentErrors = `${learn}/identity/enterprise-apps/application-sign-in-unexpected-user-consent-error` as const;
const scopes = `${learn}/identity-platform/scopes-oidc` as const;
const adminConsent = `${learn}/identity-platform/v2-admin-consent` as const;
const authorize = "GET /{tenant}/oauth2/v2.0/authorize";
const consent = "POST /{tenant}/oauth2/v2.0/authorize, consent page";
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

/** Who asks, and for what: refused on a page or sent back. */
const authorizeRefusals: Refusal[] = [
  {
    request: authorize,
    refused: "no application",
    answer: "400 AADSTS900144",
    source: codes,
    send: opened({ changes: { client_id: undefined } }),
  },
  {
    request: authorize,
    refused: "an application that is not there",
    answer: "400 AADSTS700016",
    source: codes,
    send: opened({ changes: { client_id: partnerCenter.appId.replace("f", "e") } }),
  },
  {
    request: authorize,
    refused: "a tenant that nobody has",
    answer: "400 AADSTS90002",
    source: codes,
    send: opened({ path: "/nobody.example/oauth2/v2.0/authorize" }),
  },
  {
    request: authorize,
    refused: "a tenant's name that is none",
    answer: "400 AADSTS900023",
    source: "unverified",
    send: opened({ path: "/no_name/oauth2/v2.0/authorize" }),
  },
  {
    request: authorize,
    refused: "a tenant of another cloud",
    answer: "400 AADSTS90038",
    source: codes,
    send: opened({ path: "/partner-gov.example/oauth2/v2.0/authorize" }),
  },
  {
    request: "GET /common/oauth2/v2.0/authorize",
    refused: "an application of one tenant",
    answer: "400 AADSTS50194",
    source: codes,
    send: opened({
      path: "/common/oauth2/v2.0/authorize",
      prepare: (_, { application }) => (application.signInAudience = "AzureADMyOrg"),
    }),
  },
  {
    request: authorize,
    refused: "an application whose service principal is disabled",
    answer: "400 AADSTS7000112",
    source: codes,
    send: opened({ prepare: (_, { servicePrincipal }) => (servicePrincipal.accountEnabled = false) }),
  },
  {
    request: authorize,
    refused: "no redirect URI",
    answer: "400 AADSTS900971",
    source: codes,
    send: opened({ changes: { redirect_uri: undefined } }),
  },
  {
    request: authorize,
    refused: "a redirect URI that is not registered",
    answer: "400 AADSTS50011",
    source: codes,
    send: opened({ changes: { redirect_uri: "http://localhost:8400/other" } }),
  },
  {
    request: authorize,
    refused: "another response type than code",
    answer: "302 AADSTS700051",
    source: "unverified",
    send: opened({ changes: { response_type: "token" } }),
  },
  {
    request: authorize,
    refused: "a response mode that there is not",
    answer: "302 AADSTS70007",
    source: codes,
    send: opened({ changes: { response_mode: "smoke" } }),
  },
  {
    request: authorize,
    refused: "a prompt that there is not",
    answer: "302 AADSTS90023",
    source: codes,
    send: opened({ changes: { prompt: "maybe" } }),
  },
  {
    request: authorize,
    refused: "`prompt=none` without a session",
    answer: "302 AADSTS50058",
    source: codes,
    send: opened({ changes: { prompt: "none" } }),
  },
  {
    request: authorize,
    refused: "a challenge that is none",
    answer: "302 AADSTS501491",
    source: codes,
    send: opened({ changes: { code_challenge: "short", code_challenge_method: "S256" } }),
  },
  {
    request: authorize,
    refused: "a challenge in plain text",
    answer: "501",
    source: "emulator",
    send: opened({ changes: { code_challenge: "x".repeat(43), code_challenge_method: "plain" } }),
  },
  {
    request: authorize,
    refused: "v1's `resource`",
    answer: "302 AADSTS901002",
    source: codes,
    send: opened({ changes: { resource: "https://graph.microsoft.com" } }),
  },
  {
    request: authorize,
    refused: "a resource that is not there",
    answer: "302 AADSTS500011",
    source: codes,
    send: opened({ changes: { scope: "https://nobody.example/.default" } }),
  },
  {
    request: authorize,
    refused: "a permission that the resource does not have",
    answer: "302 AADSTS650053",
    source: "unverified",
    send: opened({ changes: { scope: "User.Everything" } }),
  },
  {
    request: authorize,
    refused: "`.default` beside a name",
    answer: "302 AADSTS70011",
    source: scopes,
    send: opened({ changes: { scope: `${microsoftGraph.appId}/.default ${microsoftGraph.appId}/User.Read` } }),
  },
  {
    request: authorize,
    refused: "`.default` of a resource that is not declared",
    answer: "302 AADSTS650057",
    source: codes,
    send: opened({ changes: { scope: `${microsoftGraph.appId}/.default` } }),
  },
  {
    request: authorize,
    refused: "an application that declares nothing",
    answer: "302 AADSTS650056",
    source: codes,
    send: opened({ prepare: (_, { application }) => (application.requiredResourceAccess = []) }),
  },
  {
    request: authorize,
    refused: "claims that are asked for",
    answer: "501",
    source: "emulator",
    says: "claims",
    send: opened({ changes: { claims: '{"id_token":{"email":null}}' } }),
  },
  {
    request: authorize,
    refused: "a request object",
    answer: "501",
    source: "emulator",
    says: "request",
    send: opened({ changes: { request: "e30.e30." } }),
  },
  {
    request: "POST /{tenant}/sign-in/consent",
    refused: "a page that was not reached by the ones before",
    answer: "400 AADSTS50089",
    source: codes,
    send: step("consent"),
  },
  {
    request: "GET /{tenant}/oauth2/v2.0/devicecode",
    refused: "what is not served",
    answer: "501",
    source: "emulator",
    says: "/partner.example/oauth2/v2.0/devicecode",
    send: plain("GET /partner.example/oauth2/v2.0/devicecode"),
  },
];

/** What an account may not give. */
const consentRefusals: Refusal[] = [
  {
    request: consent,
    refused: "application permissions, from an ordinary account",
    answer: "302 AADSTS90094",
    source: consentErrors,
    send: answered({ whole: true }, leave),
  },
  {
    request: consent,
    refused: "a delegated permission of type Admin, from an ordinary account",
    answer: "302 AADSTS90094",
    source: consentErrors,
    send: answered({ prepare: declare("Directory.Read.All", "Scope") }, leave),
  },
  {
    request: consent,
    refused: "application permissions of Microsoft Graph, from an Application Administrator",
    answer: "302 AADSTS90094",
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
    answer: "302 AADSTS90093",
    source: consentErrors,
    send: answered({ prepare: (cloud) => (partnerTenant(cloud).permissionGrantPolicies = []) }, leave),
  },
  {
    request: consent,
    refused: "`prompt=consent` of an account that may not, though everything is granted",
    answer: "302 AADSTS90094",
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
    answer: "302 AADSTS90094",
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
    says: "User.Read",
    send: opened({ path: "/partner.example/v2.0/adminconsent", changes: { scope: "User.Read" } }),
  },
];

/** What Entra refuses, and the emulator with it. */
export const entraRefusals: Refusal[] = [...authorizeRefusals, ...consentRefusals, ...entraTokenRefusals];
