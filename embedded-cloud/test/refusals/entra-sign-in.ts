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
  ...refused(authorize, codes, [
    ["400 AADSTS900144", "no application", opened({ client_id: undefined })],
    ["400 AADSTS700016", "an application that is not there", opened({ client_id: nobody })],
    ["400 AADSTS90002", "a tenant that nobody has", opened({}, { tenant: "nobody.example" })],
    [
      "400 AADSTS90038",
      "a tenant of another cloud",
      opened({}, { tenant: "partner-gov.example" }),
      "microsoftonline.us",
    ],
    [
      "400 AADSTS7000112",
      "an application whose service principal is disabled",
      opened({}, { prepare: (_, { servicePrincipal }) => (servicePrincipal.accountEnabled = false) }),
    ],
    ["400 AADSTS900971", "no redirect URI", opened({ redirect_uri: undefined })],
    [
      "400 AADSTS50011",
      "a redirect URI that is not registered",
      opened({ redirect_uri: "http://localhost:8400/other" }),
    ],
    ["302 AADSTS70007", "a response mode that there is not", opened({ response_mode: "smoke" })],
    ["302 AADSTS90023", "a prompt that there is not", opened({ prompt: "maybe" })],
    ["302 AADSTS50058", "`prompt=none` without a session", opened({ prompt: "none" })],
    [
      "302 AADSTS501491",
      "a challenge that is none",
      opened({ code_challenge: "short", code_challenge_method: "S256" }),
    ],
    ["302 AADSTS901002", "v1's `resource`", opened({ resource: "https://graph.microsoft.com" })],
    ["302 AADSTS900144", "no response type", opened({ response_type: undefined })],
    ["302 AADSTS900144", "no scope", opened({ scope: undefined })],
    ["302 AADSTS500011", "a resource that is not there", opened({ scope: "https://nobody.example/.default" })],
    ["302 AADSTS650057", "`.default` of a resource that is not declared", opened({ scope: wholly(microsoftGraph) })],
    [
      "302 AADSTS650056",
      "an application that declares nothing",
      opened({}, { prepare: (_, { application }) => (application.requiredResourceAccess = []) }),
    ],
  ]),
  ...refused("GET /common/oauth2/v2.0/authorize", codes, [
    [
      "400 AADSTS50194",
      "an application of one tenant",
      opened({}, { tenant: "common", prepare: (_, { application }) => (application.signInAudience = "AzureADMyOrg") }),
    ],
  ]),
  ...refused(authorize, "unverified", [
    ["400 AADSTS900023", "a tenant's name that is none", opened({}, { tenant: "no_name" })],
    ["302 AADSTS700051", "another response type than code", opened({ response_type: "token" })],
    ["302 AADSTS650053", "a permission that the resource does not have", opened({ scope: "User.Everything" })],
    ["302 AADSTS90023", "a `max_age` that is no number of seconds", opened({ max_age: "soon" })],
    ["302 AADSTS28000", "two resources", opened({ scope: wholly(partnerCenter, microsoftGraph) })],
  ]),
  ...refused(authorize, scopes, [
    [
      "302 AADSTS70011",
      "`.default` beside a name",
      opened({ scope: `${wholly(microsoftGraph)} ${microsoftGraph.appId}/User.Read` }),
    ],
  ]),
  ...refused(authorize, "emulator", [
    ["501", "a challenge in plain text", opened(plainChallenge)],
    ["501", "claims that are essential", opened({ claims: essential }), "claims"],
    ["501", "a request object", opened({ request: "e30.e30." }), "request"],
  ]),
  ...refused("POST /{tenant}/sign-in/consent", codes, [
    ["400 AADSTS50089", "a page that was not reached by the ones before", step("consent")],
  ]),
  ...refused("GET /{tenant}/oauth2/v2.0/devicecode", "emulator", [
    ["501", "what is not served", plain("GET /partner.example/oauth2/v2.0/devicecode"), "oauth2/v2.0/devicecode"],
  ]),
];
