import type { Emulator } from "../../emulator/emulator";
import { partnerTenant, registerModestApplication, type RegisteredApplication } from "../../testing/applications";
import { newProof, ownForm } from "../../testing/oauth";
import { asApplication, asItself, nobody, plain, type Prepare, withCode, withRefreshToken } from "./entra-requests";
import { type Refusal, refused } from "./refusal";

const codes = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes";
const disabledResource =
  "https://learn.microsoft.com/troubleshoot/entra/entra-id/app-integration/error-code-aadsts500014-resource-disabled";
const endpoint = "/{tenant}/oauth2/v2.0/token";
const token = `POST ${endpoint}`;
const minute = 60 * 1000;
const day = 24 * 60 * minute;

const later =
  (milliseconds: number) =>
  ({ clock }: Emulator): void => {
    clock.advance(milliseconds);
  };
const ofAccount =
  (changes: object): Prepare =>
  (cloud) =>
    Object.assign(partnerTenant(cloud).users.get(cloud.seeds.users.serviceAccount.id) ?? {}, changes);
const ofPrincipal =
  (changes: object): Prepare =>
  (_, { servicePrincipal }) =>
    Object.assign(servicePrincipal, changes);
const withoutAccount = (cloud: Emulator) => partnerTenant(cloud).users.delete(cloud.seeds.users.serviceAccount.id);
const withoutApplication = (cloud: Emulator, { application }: RegisteredApplication) =>
  partnerTenant(cloud).applications.delete(application.id);
const withoutPrincipal = (cloud: Emulator, { servicePrincipal }: RegisteredApplication) =>
  partnerTenant(cloud).servicePrincipals.delete(servicePrincipal.id);
const withoutGrants = (cloud: Emulator): void => {
  partnerTenant(cloud).grants.clear();
};
const expiredSecret = (_: Emulator, { application }: RegisteredApplication) =>
  application.passwordCredentials.map((credential) => (credential.endDateTime = "2020-01-01T00:00:00Z"));

/** Partner Center's service principal in the partner's tenant. */
const partnerCenter = (cloud: Emulator) => {
  const principals = [...partnerTenant(cloud).servicePrincipals.values()];
  const found = principals.find(({ displayName }) => displayName === "Microsoft Partner Center");
  if (found === undefined) throw new Error("The seeds have no Partner Center.");
  return found;
};
const disabledPartnerCenter = (cloud: Emulator) => (partnerCenter(cloud).accountEnabled = false);
const withoutPartnerCenter = (cloud: Emulator) =>
  partnerTenant(cloud).servicePrincipals.delete(partnerCenter(cloud).id);

/** The credential of another application. */
const another = (cloud: Emulator) => {
  const { clientId, clientSecret } = registerModestApplication(cloud);
  return { client_id: clientId, client_secret: clientSecret };
};
const graphScope = "https://graph.microsoft.com/User.Read";
const twoResources = "https://graph.microsoft.com/.default https://management.azure.com/.default";
const challenge = () => ({ code_challenge: newProof().challenge, code_challenge_method: "S256" });
const essential = '{"access_token":{"nbf":{"essential":true}}}';

/** Refusals of the token endpoint. */
export const entraTokenRefusals: Refusal[] = [
  ...refused(`GET ${endpoint}`, codes, {
    "another method": ["400 AADSTS900561", plain("GET /partner.example/oauth2/v2.0/token")],
  }),
  ...refused(token, codes, {
    "no grant type": ["400 AADSTS900144", asItself({ grant_type: undefined })],
    "no application": ["400 AADSTS900144", asItself({ client_id: undefined })],
    "no scope": ["400 AADSTS900144", asItself({ scope: undefined })],
    "a grant type that there is not": ["400 AADSTS70003", asItself({ grant_type: "magic" })],
    "an application that is not there": ["400 AADSTS700016", asItself({ client_id: nobody })],
    "a wrong secret": ["401 AADSTS7000215", asItself({ client_secret: "wrong" })],
    "no secret": ["401 AADSTS7000218", asItself({ client_secret: undefined })],
    "for itself, a secret that has expired": ["401 AADSTS7000222", asApplication(later(181 * day))],
    "for itself, a disabled service principal": [
      "400 AADSTS7000112",
      asApplication(ofPrincipal({ accountEnabled: false })),
    ],
    "for itself, no service principal": ["400 AADSTS7000229", asApplication(withoutPrincipal)],
    "a resource that is not there": ["400 AADSTS500011", asItself({ scope: "https://nobody.example/.default" })],
    "a tenant that nobody has": ["400 AADSTS90002", asItself({}, { tenant: "nobody.example" })],
    "for itself, a tenant of another cloud": ["400 AADSTS900382", asItself({}, { tenant: "partner-gov.example" })],
    "for itself, a customer's tenant": ["400 AADSTS90099", asItself({}, { tenant: "contoso.example" })],
    "v1's `resource`": ["400 AADSTS901002", asItself({ resource: "https://graph.microsoft.com" })],
    "no secret with a code of a web application": ["401 AADSTS7000218", withCode({ client_secret: undefined })],
    "a code that nobody issued": ["400 AADSTS70000", withCode({ code: "1.Ainvented" })],
    "a code after ten minutes": ["400 AADSTS70008", withCode({}, later(10 * minute))],
    "a code whose challenge nobody answers": ["400 AADSTS501481", withCode({}, undefined, challenge())],
    "a refresh token that nobody issued": ["400 AADSTS70000", withRefreshToken({ refresh_token: "1.Ainvented" })],
    "a refresh token after 90 days": ["400 AADSTS700082", withRefreshToken({}, later(90 * day))],
    "a refresh token of revoked sessions": [
      "400 AADSTS50173",
      withRefreshToken({}, ofAccount({ revokedBefore: Date.UTC(2100, 0) })),
    ],
    "a disabled account": ["400 AADSTS50057", withRefreshToken({}, ofAccount({ accountEnabled: false }))],
    "an account that is gone": ["400 AADSTS50034", withRefreshToken({}, withoutAccount)],
    "an application that is gone": ["400 AADSTS700016", withRefreshToken({}, withoutApplication)],
    "an application that is disabled": [
      "400 AADSTS7000112",
      withRefreshToken({}, ofPrincipal({ accountEnabled: false })),
    ],
    "a secret that has expired before the token": ["401 AADSTS7000222", withRefreshToken({}, expiredSecret)],
    "a resource of which nothing is granted": [
      "400 AADSTS65001",
      withRefreshToken(({ origins }) => ({ scope: `${origins.resourceManager}/.default` })),
    ],
    "a permission that is not granted": ["400 AADSTS65001", withRefreshToken({ scope: "User.Read" })],
    "a consent that was taken back": ["400 AADSTS65001", withRefreshToken({}, withoutGrants)],
    "a customer's tenant, before a consent for it": [
      "400 AADSTS90099",
      withRefreshToken({}, undefined, { tenant: "contoso.example" }),
    ],
    "an account that is not assigned, where assignment is required": [
      "400 AADSTS50105",
      withRefreshToken({}, ofPrincipal({ appRoleAssignmentRequired: true })),
    ],
  }),
  ...refused(token, "unverified", {
    "a body that is no form": ["400 AADSTS900144", plain("POST /partner.example/oauth2/v2.0/token", () => "{}")],
    "a field twice": ["400 AADSTS9002313", plain("POST /partner.example/oauth2/v2.0/token", withScopeTwice)],
    "a tenant's name that is none": ["400 AADSTS900023", asItself({}, { tenant: "no_name" })],
    "for itself, another scope than `.default`": ["400 AADSTS1002012", asItself({ scope: graphScope })],
    "for itself, two resources": ["400 AADSTS1002012", asItself({ scope: twoResources })],
    "for itself, the sign-in's scopes alone": ["400 AADSTS1002012", asItself({ scope: "openid offline_access" })],
    "a code's redirect URI that is another": [
      "400 AADSTS500112",
      withCode({ redirect_uri: "http://localhost:9999/consent" }),
    ],
    "another application's code": ["400 AADSTS700007", withCode(another)],
    "another application's refresh token": ["400 AADSTS700007", withRefreshToken(another)],
    "two resources": ["400 AADSTS28000", withRefreshToken({ scope: twoResources })],
    "a resource whose service principal is gone": ["400 AADSTS500011", withRefreshToken({}, withoutPartnerCenter)],
  }),
  ...refused(token, disabledResource, {
    "a resource whose service principal is disabled": ["400 AADSTS500014", withRefreshToken({}, disabledPartnerCenter)],
  }),
  ...refused("POST /common/oauth2/v2.0/token", codes, {
    "for itself, no tenant": ["400 AADSTS50059", asItself({}, { tenant: "common" })],
  }),
  ...refused("POST /{tenant}/oauth2/token", "unverified", {
    "a resource that is not declared": [
      "400 AADSTS650057",
      withRefreshToken(ofVersion1, undefined, { path: "oauth2/token" }),
    ],
  }),
  ...refused(token, "emulator", {
    "a device code, a password, an assertion of a user": ["501", asItself({ grant_type: "password" }), "password"],
    "claims that are essential": ["501", asItself({ claims: essential }), "claims"],
  }),
];

function withScopeTwice(cloud: Emulator): URLSearchParams {
  return new URLSearchParams([...Object.entries(ownForm(cloud)), ["scope", "again"]]);
}

function ofVersion1({ origins }: Emulator) {
  return { scope: undefined, resource: origins.resourceManager };
}
