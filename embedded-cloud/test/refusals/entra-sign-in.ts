import { microsoftGraph, partnerCenter } from "../../emulator/first-party";
import { nobody, opened, plain, step } from "./entra-requests";
import { type Refusal, refused } from "./refusal";

const codes = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes";
const scopes = "https://learn.microsoft.com/entra/identity-platform/scopes-oidc";
const authorize = "GET /{tenant}/oauth2/v2.0/authorize";

/** `.default` of each. */
const wholly = (...resources: { appId: string }[]) => resources.map(({ appId }) => `${appId}/.default`).join(" ");
const plainChallenge = { code_challenge: "x".repeat(43), code_challenge_method: "plain" };
const essential = '{"id_token":{"email":{"essential":true}}}';

/** Sign-in requests that are refused on a page or by a redirect. */
export const entraSignInRefusals: Refusal[] = [
  ...refused(authorize, codes, {
    "no application": ["400 AADSTS900144", opened({ client_id: undefined })],
    "an application that is not there": ["400 AADSTS700016", opened({ client_id: nobody })],
    "a tenant that nobody has": ["400 AADSTS90002", opened({}, { tenant: "nobody.example" })],
    "a tenant of another cloud": [
      "400 AADSTS90038",
      opened({}, { tenant: "partner-gov.example" }),
      "microsoftonline.us",
    ],
    "an application whose service principal is disabled": [
      "400 AADSTS7000112",
      opened({}, { prepare: (_, { servicePrincipal }) => (servicePrincipal.accountEnabled = false) }),
    ],
    "no redirect URI": ["400 AADSTS900971", opened({ redirect_uri: undefined })],
    "a redirect URI that is not registered": [
      "400 AADSTS50011",
      opened({ redirect_uri: "http://localhost:8400/other" }),
    ],
    "a response mode that there is not": ["302 AADSTS70007", opened({ response_mode: "smoke" })],
    "a prompt that there is not": ["302 AADSTS90023", opened({ prompt: "maybe" })],
    "`prompt=none` without a session": ["302 AADSTS50058", opened({ prompt: "none" })],
    "a challenge that is none": [
      "302 AADSTS501491",
      opened({ code_challenge: "short", code_challenge_method: "S256" }),
    ],
    "v1's `resource`": ["302 AADSTS901002", opened({ resource: "https://graph.microsoft.com" })],
    "no response type": ["302 AADSTS900144", opened({ response_type: undefined })],
    "no scope": ["302 AADSTS900144", opened({ scope: undefined })],
    "a resource that is not there": ["302 AADSTS500011", opened({ scope: "https://nobody.example/.default" })],
    "`.default` of a resource that is not declared": ["302 AADSTS650057", opened({ scope: wholly(microsoftGraph) })],
    "an application that declares nothing": [
      "302 AADSTS650056",
      opened({}, { prepare: (_, { application }) => (application.requiredResourceAccess = []) }),
    ],
  }),
  ...refused("GET /common/oauth2/v2.0/authorize", codes, {
    "an application of one tenant": [
      "400 AADSTS50194",
      opened({}, { tenant: "common", prepare: (_, { application }) => (application.signInAudience = "AzureADMyOrg") }),
    ],
  }),
  ...refused(authorize, "unverified", {
    "a tenant's name that is none": ["400 AADSTS900023", opened({}, { tenant: "no_name" })],
    "another response type than code": ["302 AADSTS700051", opened({ response_type: "token" })],
    "a permission that the resource does not have": ["302 AADSTS650053", opened({ scope: "User.Everything" })],
    "a `max_age` that is no number of seconds": ["302 AADSTS90023", opened({ max_age: "soon" })],
    "two resources": ["302 AADSTS28000", opened({ scope: wholly(partnerCenter, microsoftGraph) })],
  }),
  ...refused(authorize, scopes, {
    "`.default` beside a name": [
      "302 AADSTS70011",
      opened({ scope: `${wholly(microsoftGraph)} ${microsoftGraph.appId}/User.Read` }),
    ],
  }),
  ...refused(authorize, "emulator", {
    "a challenge in plain text": ["501", opened(plainChallenge)],
    "claims that are essential": ["501", opened({ claims: essential }), "claims"],
    "a request object": ["501", opened({ request: "e30.e30." }), "request"],
  }),
  ...refused("POST /{tenant}/sign-in/consent", codes, {
    "a page that was not reached by the ones before": ["400 AADSTS50089", step("consent")],
  }),
  ...refused("GET /{tenant}/oauth2/v2.0/devicecode", "emulator", {
    "what is not served": ["501", plain("GET /partner.example/oauth2/v2.0/devicecode"), "oauth2/v2.0/devicecode"],
  }),
];
