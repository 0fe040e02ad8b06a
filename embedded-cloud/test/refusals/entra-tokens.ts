import type { Emulator } from "../../emulator/emulator";
import { newProof } from "../../testing/oauth";
import { partnerTenant } from "../../testing/applications";
import { asItself, plain, withCode, withRefreshToken } from "./entra-requests";
import type { Refusal } from "./refusal";

const learn = "https://learn.microsoft.com/entra";
const codes = `${learn}/identity-platform/reference-error-codes` as const;
const token = "POST /{tenant}/oauth2/v2.0/token";
const day = 24 * 60 * 60 * 1000;

/** Of Partner Center's service principal in the partner's tenant. */
const disablePartnerCenter = (cloud: Emulator): void => {
  for (const principal of partnerTenant(cloud).servicePrincipals.values()) {
    if (principal.displayName === "Microsoft Partner Center") principal.accountEnabled = false;
  }
};
const account = (cloud: Emulator) => partnerTenant(cloud).users.get(cloud.seeds.users.serviceAccount.id);

/** Refusals of the token endpoint. */
export const entraTokenRefusals: Refusal[] = [
  {
    request: "GET /{tenant}/oauth2/v2.0/token",
    refused: "another method",
    answer: "400 AADSTS900561",
    source: codes,
    send: plain("GET /partner.example/oauth2/v2.0/token"),
  },
  {
    request: token,
    refused: "no grant type",
    answer: "400 AADSTS900144",
    source: codes,
    send: asItself({ changes: { grant_type: undefined } }),
  },
  {
    request: token,
    refused: "a grant type that there is not",
    answer: "400 AADSTS70003",
    source: codes,
    send: asItself({ changes: { grant_type: "magic" } }),
  },
  {
    request: token,
    refused: "a device code, a password, an assertion of a user",
    answer: "501",
    source: "emulator",
    message: "password",
    send: asItself({ changes: { grant_type: "password" } }),
  },
  {
    request: token,
    refused: "a body that is no form",
    answer: "400 AADSTS900144",
    source: "unverified",
    send: plain(`POST /partner.example/oauth2/v2.0/token`, {
      body: "{}",
      headers: { "content-type": "application/json" },
    }),
  },
  {
    request: token,
    refused: "a wrong secret",
    answer: "401 AADSTS7000215",
    source: codes,
    send: asItself({ changes: { client_secret: "wrong" } }),
  },
  {
    request: token,
    refused: "no secret",
    answer: "401 AADSTS7000218",
    source: codes,
    send: asItself({ changes: { client_secret: undefined } }),
  },
  {
    request: token,
    refused: "for itself, another scope than `.default`",
    answer: "400 AADSTS1002012",
    source: "unverified",
    send: asItself({ changes: { scope: "https://graph.microsoft.com/User.Read" } }),
  },
  {
    request: token,
    refused: "for itself, two resources",
    answer: "400 AADSTS1002012",
    source: "unverified",
    send: asItself({
      changes: { scope: "https://graph.microsoft.com/.default https://management.azure.com/.default" },
    }),
  },
  {
    request: "POST /common/oauth2/v2.0/token",
    refused: "for itself, no tenant",
    answer: "400 AADSTS50059",
    source: codes,
    send: asItself({ path: "/common/oauth2/v2.0/token" }),
  },
  {
    request: token,
    refused: "for itself, a tenant of another cloud",
    answer: "400 AADSTS900382",
    source: codes,
    send: asItself({ path: "/partner-gov.example/oauth2/v2.0/token" }),
  },
  {
    request: token,
    refused: "v1's `resource`",
    answer: "400 AADSTS901002",
    source: codes,
    send: asItself({ changes: { resource: "https://graph.microsoft.com" } }),
  },
  {
    request: token,
    refused: "claims that are essential",
    answer: "501",
    source: "emulator",
    message: "claims",
    send: asItself({ changes: { claims: '{"access_token":{"nbf":{"essential":true}}}' } }),
  },
  {
    request: token,
    refused: "a code that nobody issued",
    answer: "400 AADSTS70000",
    source: codes,
    send: withCode({ changes: { code: "1.Ainvented" } }),
  },
  {
    request: token,
    refused: "a code after ten minutes",
    answer: "400 AADSTS70008",
    source: codes,
    send: withCode({
      prepare: (cloud) => {
        cloud.clock.advance(10 * 60 * 1000);
      },
    }),
  },
  {
    request: token,
    refused: "a code's redirect URI that is another",
    answer: "400 AADSTS500112",
    source: "unverified",
    send: withCode({ changes: { redirect_uri: "http://localhost:9999/consent" } }),
  },
  {
    request: token,
    refused: "a code whose challenge nobody answers",
    answer: "400 AADSTS501481",
    source: codes,
    send: withCode({}, { code_challenge: newProof().challenge, code_challenge_method: "S256" }),
  },
  {
    request: token,
    refused: "a refresh token after 90 days",
    answer: "400 AADSTS700082",
    source: codes,
    send: withRefreshToken({
      prepare: (cloud) => {
        cloud.clock.advance(90 * day);
      },
    }),
  },
  {
    request: token,
    refused: "a refresh token of revoked sessions",
    answer: "400 AADSTS50173",
    source: codes,
    send: withRefreshToken({
      prepare: (cloud) => Object.assign(account(cloud) ?? {}, { revokedBefore: cloud.clock.now() }),
    }),
  },
  {
    request: token,
    refused: "a disabled account",
    answer: "400 AADSTS50057",
    source: codes,
    send: withRefreshToken({ prepare: (cloud) => Object.assign(account(cloud) ?? {}, { accountEnabled: false }) }),
  },
  {
    request: token,
    refused: "a resource of which nothing is granted",
    answer: "400 AADSTS65001",
    source: codes,
    send: withRefreshToken({ resource: (cloud) => cloud.origins.resourceManager }),
  },
  {
    request: token,
    refused: "a permission that is not granted",
    answer: "400 AADSTS65001",
    source: codes,
    send: withRefreshToken({ changes: { scope: "User.Read" } }),
  },
  {
    request: token,
    refused: "a resource whose service principal is disabled",
    answer: "400 AADSTS500014",
    source:
      "https://learn.microsoft.com/troubleshoot/entra/entra-id/app-integration/error-code-aadsts500014-resource-disabled",
    send: withRefreshToken({ prepare: disablePartnerCenter }),
  },
  {
    request: token,
    refused: "two resources",
    answer: "400 AADSTS28000",
    source: "unverified",
    send: withRefreshToken({
      changes: { scope: "https://graph.microsoft.com/.default https://management.azure.com/.default" },
    }),
  },
  {
    request: token,
    refused: "a customer's tenant, before a consent for it",
    answer: "400 AADSTS90099",
    source: codes,
    send: withRefreshToken({ path: "/contoso.example/oauth2/v2.0/token" }),
  },
  {
    request: token,
    refused: "an account that is not assigned, where assignment is required",
    answer: "400 AADSTS50105",
    source: codes,
    send: withRefreshToken({
      prepare: (_, { servicePrincipal }) => (servicePrincipal["appRoleAssignmentRequired"] = true),
    }),
  },
];
