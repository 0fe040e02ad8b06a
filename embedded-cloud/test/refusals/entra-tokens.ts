import type { Emulator } from "../../emulator/emulator";
import { newProof } from "../../testing/oauth";
import { partnerTenant } from "../../testing/applications";
import { asItself, plain, withCode, withRefreshToken } from "./entra-requests";
import { type Refusal, refused } from "./refusal";

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
  ...refused("GET /{tenant}/oauth2/v2.0/token", "400 AADSTS900561", {
    "another method": [codes, plain("GET /partner.example/oauth2/v2.0/token")],
  }),
  ...refused(token, "400 AADSTS900144", {
    "no grant type": [codes, asItself({ changes: { grant_type: undefined } })],
    "a body that is no form": [
      "unverified",
      plain(`POST /partner.example/oauth2/v2.0/token`, {
        body: "{}",
        headers: { "content-type": "application/json" },
      }),
    ],
  }),
  ...refused(token, "400 AADSTS70003", {
    "a grant type that there is not": [codes, asItself({ changes: { grant_type: "magic" } })],
  }),
  ...refused(token, "501", {
    "a device code, a password, an assertion of a user": [
      "emulator",
      asItself({ changes: { grant_type: "password" } }),
      "password",
    ],
    "claims that are essential": [
      "emulator",
      asItself({ changes: { claims: '{"access_token":{"nbf":{"essential":true}}}' } }),
      "claims",
    ],
  }),
  ...refused(token, "401 AADSTS7000215", {
    "a wrong secret": [codes, asItself({ changes: { client_secret: "wrong" } })],
  }),
  ...refused(token, "401 AADSTS7000218", {
    "no secret": [codes, asItself({ changes: { client_secret: undefined } })],
  }),
  ...refused(token, "400 AADSTS1002012", {
    "for itself, another scope than `.default`": [
      "unverified",
      asItself({ changes: { scope: "https://graph.microsoft.com/User.Read" } }),
    ],
    "for itself, two resources": [
      "unverified",
      asItself({
        changes: { scope: "https://graph.microsoft.com/.default https://management.azure.com/.default" },
      }),
    ],
  }),
  ...refused("POST /common/oauth2/v2.0/token", "400 AADSTS50059", {
    "for itself, no tenant": [codes, asItself({ path: "/common/oauth2/v2.0/token" })],
  }),
  ...refused(token, "400 AADSTS900382", {
    "for itself, a tenant of another cloud": [codes, asItself({ path: "/partner-gov.example/oauth2/v2.0/token" })],
  }),
  ...refused(token, "400 AADSTS901002", {
    "v1's `resource`": [codes, asItself({ changes: { resource: "https://graph.microsoft.com" } })],
  }),
  ...refused(token, "400 AADSTS70000", {
    "a code that nobody issued": [codes, withCode({ changes: { code: "1.Ainvented" } })],
  }),
  ...refused(token, "400 AADSTS70008", {
    "a code after ten minutes": [
      codes,
      withCode({
        prepare: (cloud) => {
          cloud.clock.advance(10 * 60 * 1000);
        },
      }),
    ],
  }),
  ...refused(token, "400 AADSTS500112", {
    "a code's redirect URI that is another": [
      "unverified",
      withCode({ changes: { redirect_uri: "http://localhost:9999/consent" } }),
    ],
  }),
  ...refused(token, "400 AADSTS501481", {
    "a code whose challenge nobody answers": [
      codes,
      withCode({}, { code_challenge: newProof().challenge, code_challenge_method: "S256" }),
    ],
  }),
  ...refused(token, "400 AADSTS700082", {
    "a refresh token after 90 days": [
      codes,
      withRefreshToken({
        prepare: (cloud) => {
          cloud.clock.advance(90 * day);
        },
      }),
    ],
  }),
  ...refused(token, "400 AADSTS50173", {
    "a refresh token of revoked sessions": [
      codes,
      withRefreshToken({
        prepare: (cloud) => Object.assign(account(cloud) ?? {}, { revokedBefore: cloud.clock.now() }),
      }),
    ],
  }),
  ...refused(token, "400 AADSTS50057", {
    "a disabled account": [
      codes,
      withRefreshToken({ prepare: (cloud) => Object.assign(account(cloud) ?? {}, { accountEnabled: false }) }),
    ],
  }),
  ...refused(token, "400 AADSTS65001", {
    "a resource of which nothing is granted": [
      codes,
      withRefreshToken({ resource: (cloud) => cloud.origins.resourceManager }),
    ],
    "a permission that is not granted": [codes, withRefreshToken({ changes: { scope: "User.Read" } })],
  }),
  ...refused(token, "400 AADSTS500014", {
    "a resource whose service principal is disabled": [
      "https://learn.microsoft.com/troubleshoot/entra/entra-id/app-integration/error-code-aadsts500014-resource-disabled",
      withRefreshToken({ prepare: disablePartnerCenter }),
    ],
  }),
  ...refused(token, "400 AADSTS28000", {
    "two resources": [
      "unverified",
      withRefreshToken({
        changes: { scope: "https://graph.microsoft.com/.default https://management.azure.com/.default" },
      }),
    ],
  }),
  ...refused(token, "400 AADSTS90099", {
    "a customer's tenant, before a consent for it": [
      codes,
      withRefreshToken({ path: "/contoso.example/oauth2/v2.0/token" }),
    ],
  }),
  ...refused(token, "400 AADSTS50105", {
    "an account that is not assigned, where assignment is required": [
      codes,
      withRefreshToken({
        prepare: (_, { servicePrincipal }) => (servicePrincipal["appRoleAssignmentRequired"] = true),
      }),
    ],
  }),
];
