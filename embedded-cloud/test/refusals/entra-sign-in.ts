import { microsoftGraph, partnerCenter } from "../../emulator/first-party";
import { opened, plain, step } from "./entra-requests";
import { type Refusal, refused } from "./refusal";

const codes = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes";
const scopes = "https://learn.microsoft.com/entra/identity-platform/scopes-oidc";
const authorize = "GET /{tenant}/oauth2/v2.0/authorize";

/** Sign-in requests that are refused on a page or by a redirect. */
export const entraSignInRefusals: Refusal[] = [
  ...refused(authorize, "400 AADSTS900144", {
    "no application": [codes, opened({ changes: { client_id: undefined } })],
  }),
  ...refused(authorize, "400 AADSTS700016", {
    "an application that is not there": [
      codes,
      opened({ changes: { client_id: partnerCenter.appId.replace("f", "e") } }),
    ],
  }),
  ...refused(authorize, "400 AADSTS90002", {
    "a tenant that nobody has": [codes, opened({ path: "/nobody.example/oauth2/v2.0/authorize" })],
  }),
  ...refused(authorize, "400 AADSTS900023", {
    "a tenant's name that is none": ["unverified", opened({ path: "/no_name/oauth2/v2.0/authorize" })],
  }),
  ...refused(authorize, "400 AADSTS90038", {
    "a tenant of another cloud": [codes, opened({ path: "/partner-gov.example/oauth2/v2.0/authorize" })],
  }),
  ...refused("GET /common/oauth2/v2.0/authorize", "400 AADSTS50194", {
    "an application of one tenant": [
      codes,
      opened({
        path: "/common/oauth2/v2.0/authorize",
        prepare: (_, { application }) => (application.signInAudience = "AzureADMyOrg"),
      }),
    ],
  }),
  ...refused(authorize, "400 AADSTS7000112", {
    "an application whose service principal is disabled": [
      codes,
      opened({ prepare: (_, { servicePrincipal }) => (servicePrincipal.accountEnabled = false) }),
    ],
  }),
  ...refused(authorize, "400 AADSTS900971", {
    "no redirect URI": [codes, opened({ changes: { redirect_uri: undefined } })],
  }),
  ...refused(authorize, "400 AADSTS50011", {
    "a redirect URI that is not registered": [
      codes,
      opened({ changes: { redirect_uri: "http://localhost:8400/other" } }),
    ],
  }),
  ...refused(authorize, "302 AADSTS700051", {
    "another response type than code": ["unverified", opened({ changes: { response_type: "token" } })],
  }),
  ...refused(authorize, "302 AADSTS70007", {
    "a response mode that there is not": [codes, opened({ changes: { response_mode: "smoke" } })],
  }),
  ...refused(authorize, "302 AADSTS90023", {
    "a prompt that there is not": [codes, opened({ changes: { prompt: "maybe" } })],
  }),
  ...refused(authorize, "302 AADSTS50058", {
    "`prompt=none` without a session": [codes, opened({ changes: { prompt: "none" } })],
  }),
  ...refused(authorize, "302 AADSTS501491", {
    "a challenge that is none": [
      codes,
      opened({ changes: { code_challenge: "short", code_challenge_method: "S256" } }),
    ],
  }),
  ...refused(authorize, "501", {
    "a challenge in plain text": [
      "emulator",
      opened({ changes: { code_challenge: "x".repeat(43), code_challenge_method: "plain" } }),
    ],
    "claims that are essential": [
      "emulator",
      opened({ changes: { claims: '{"id_token":{"email":{"essential":true}}}' } }),
      "claims",
    ],
    "a request object": ["emulator", opened({ changes: { request: "e30.e30." } }), "request"],
  }),
  ...refused(authorize, "302 AADSTS901002", {
    "v1's `resource`": [codes, opened({ changes: { resource: "https://graph.microsoft.com" } })],
  }),
  ...refused(authorize, "302 AADSTS500011", {
    "a resource that is not there": [codes, opened({ changes: { scope: "https://nobody.example/.default" } })],
  }),
  ...refused(authorize, "302 AADSTS650053", {
    "a permission that the resource does not have": ["unverified", opened({ changes: { scope: "User.Everything" } })],
  }),
  ...refused(authorize, "302 AADSTS70011", {
    "`.default` beside a name": [
      scopes,
      opened({ changes: { scope: `${microsoftGraph.appId}/.default ${microsoftGraph.appId}/User.Read` } }),
    ],
  }),
  ...refused(authorize, "302 AADSTS650057", {
    "`.default` of a resource that is not declared": [
      codes,
      opened({ changes: { scope: `${microsoftGraph.appId}/.default` } }),
    ],
  }),
  ...refused(authorize, "302 AADSTS650056", {
    "an application that declares nothing": [
      codes,
      opened({ prepare: (_, { application }) => (application.requiredResourceAccess = []) }),
    ],
  }),
  ...refused("POST /{tenant}/sign-in/consent", "400 AADSTS50089", {
    "a page that was not reached by the ones before": [codes, step("consent")],
  }),
  ...refused("GET /{tenant}/oauth2/v2.0/devicecode", "501", {
    "what is not served": [
      "emulator",
      plain("GET /partner.example/oauth2/v2.0/devicecode"),
      "/partner.example/oauth2/v2.0/devicecode",
    ],
  }),
];
