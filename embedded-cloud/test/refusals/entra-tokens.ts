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
  ...refused(`GET ${endpoint}`, codes, [
    ["400 AADSTS900561", "another method", plain("GET /partner.example/oauth2/v2.0/token")],
  ]),
  ...refused(token, codes, [
    ["400 AADSTS900144", "no grant type", asItself({ grant_type: undefined })],
    ["400 AADSTS900144", "no application", asItself({ client_id: undefined })],
    ["400 AADSTS900144", "no scope", asItself({ scope: undefined })],
    ["400 AADSTS70003", "a grant type that there is not", asItself({ grant_type: "magic" })],
    ["400 AADSTS700016", "an application that is not there", asItself({ client_id: nobody })],
    ["401 AADSTS7000215", "a wrong secret", asItself({ client_secret: "wrong" })],
    ["401 AADSTS7000218", "no secret", asItself({ client_secret: undefined })],
    ["401 AADSTS7000222", "for itself, a secret that has expired", asApplication(later(181 * day))],
    [
      "400 AADSTS7000112",
      "for itself, a disabled service principal",
      asApplication(ofPrincipal({ accountEnabled: false })),
    ],
    ["400 AADSTS7000229", "for itself, no service principal", asApplication(withoutPrincipal)],
    ["400 AADSTS500011", "a resource that is not there", asItself({ scope: "https://nobody.example/.default" })],
    ["400 AADSTS90002", "a tenant that nobody has", asItself({}, { tenant: "nobody.example" })],
    ["400 AADSTS900382", "for itself, a tenant of another cloud", asItself({}, { tenant: "partner-gov.example" })],
    ["400 AADSTS90099", "for itself, a customer's tenant", asItself({}, { tenant: "contoso.example" })],
    ["400 AADSTS901002", "v1's `resource`", asItself({ resource: "https://graph.microsoft.com" })],
    ["401 AADSTS7000218", "no secret with a code of a web application", withCode({ client_secret: undefined })],
    ["400 AADSTS70000", "a code that nobody issued", withCode({ code: "1.Ainvented" })],
    ["400 AADSTS70008", "a code after ten minutes", withCode({}, later(10 * minute))],
    ["400 AADSTS501481", "a code whose challenge nobody answers", withCode({}, undefined, challenge())],
    ["400 AADSTS70000", "a refresh token that nobody issued", withRefreshToken({ refresh_token: "1.Ainvented" })],
    ["400 AADSTS700082", "a refresh token after 90 days", withRefreshToken({}, later(90 * day))],
    [
      "400 AADSTS50173",
      "a refresh token of revoked sessions",
      withRefreshToken({}, ofAccount({ revokedBefore: Date.UTC(2100, 0) })),
    ],
    ["400 AADSTS50057", "a disabled account", withRefreshToken({}, ofAccount({ accountEnabled: false }))],
    ["400 AADSTS50034", "an account that is gone", withRefreshToken({}, withoutAccount)],
    ["400 AADSTS700016", "an application that is gone", withRefreshToken({}, withoutApplication)],
    [
      "400 AADSTS7000112",
      "an application that is disabled",
      withRefreshToken({}, ofPrincipal({ accountEnabled: false })),
    ],
    ["401 AADSTS7000222", "a secret that has expired before the token", withRefreshToken({}, expiredSecret)],
    [
      "400 AADSTS65001",
      "a resource of which nothing is granted",
      withRefreshToken(({ origins }) => ({ scope: `${origins.resourceManager}/.default` })),
    ],
    ["400 AADSTS65001", "a permission that is not granted", withRefreshToken({ scope: "User.Read" })],
    ["400 AADSTS65001", "a consent that was taken back", withRefreshToken({}, withoutGrants)],
    [
      "400 AADSTS90099",
      "a customer's tenant, before a consent for it",
      withRefreshToken({}, undefined, { tenant: "contoso.example" }),
    ],
    [
      "400 AADSTS50105",
      "an account that is not assigned, where assignment is required",
      withRefreshToken({}, ofPrincipal({ appRoleAssignmentRequired: true })),
    ],
  ]),
  ...refused(token, "unverified", [
    ["400 AADSTS900144", "a body that is no form", plain("POST /partner.example/oauth2/v2.0/token", () => "{}")],
    ["400 AADSTS9002313", "a field twice", plain("POST /partner.example/oauth2/v2.0/token", withScopeTwice)],
    ["400 AADSTS900023", "a tenant's name that is none", asItself({}, { tenant: "no_name" })],
    ["400 AADSTS1002012", "for itself, another scope than `.default`", asItself({ scope: graphScope })],
    ["400 AADSTS1002012", "for itself, two resources", asItself({ scope: twoResources })],
    ["400 AADSTS1002012", "for itself, the sign-in's scopes alone", asItself({ scope: "openid offline_access" })],
    [
      "400 AADSTS500112",
      "a code's redirect URI that is another",
      withCode({ redirect_uri: "http://localhost:9999/consent" }),
    ],
    ["400 AADSTS700007", "another application's code", withCode(another)],
    ["400 AADSTS700007", "another application's refresh token", withRefreshToken(another)],
    ["400 AADSTS28000", "two resources", withRefreshToken({ scope: twoResources })],
    ["400 AADSTS500011", "a resource whose service principal is gone", withRefreshToken({}, withoutPartnerCenter)],
  ]),
  ...refused(token, disabledResource, [
    ["400 AADSTS500014", "a resource whose service principal is disabled", withRefreshToken({}, disabledPartnerCenter)],
  ]),
  ...refused("POST /common/oauth2/v2.0/token", codes, [
    ["400 AADSTS50059", "for itself, no tenant", asItself({}, { tenant: "common" })],
  ]),
  ...refused("POST /{tenant}/oauth2/token", "unverified", [
    [
      "400 AADSTS650057",
      "a resource that is not declared",
      withRefreshToken(ofVersion1, undefined, { path: "oauth2/token" }),
    ],
  ]),
  ...refused(token, "emulator", [
    ["501", "a device code, a password, an assertion of a user", asItself({ grant_type: "password" }), "password"],
    ["501", "claims that are essential", asItself({ claims: essential }), "claims"],
  ]),
];

function withScopeTwice(cloud: Emulator): URLSearchParams {
  return new URLSearchParams([...Object.entries(ownForm(cloud)), ["scope", "again"]]);
}

function ofVersion1({ origins }: Emulator) {
  return { scope: undefined, resource: origins.resourceManager };
}
