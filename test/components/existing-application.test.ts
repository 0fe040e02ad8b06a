import { randomUUID } from "node:crypto";
import { type Application, newServicePrincipal } from "../../tools/embedded-cloud/testing/directory";
import { partnerTenant, registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { type Lookups, lookupsForEach } from "./lookups";

let lookups: Lookups;
lookupsForEach((fresh) => {
  lookups = fresh;
});

const making = (existingApplication: string, more: object = {}) => ({
  ...lookups.common,
  existingApplication,
  vault: { name: "partner-tokens", resourceGroupName: "tokens", location: "westeurope" },
  ...more,
});
const find = (id: string, more: object = {}) => lookups.find(making(id, more));
const failing = (id: string, more: object = {}) => lookups.failing(making(id, more));
const register = (changes: Partial<Application> = {}): Application =>
  registerApplication(lookups.emulator, { displayName: "Portal", ...changes }).application;

test.each(["appId", "id"] as const)("an application is found by its %s", async (name) => {
  const application = register();
  const args = making(application[name]);
  expect(await lookups.find(args)).toEqual({
    ...args,
    permissions: { extra: [] },
    existingApplication: { clientId: application.appId, objectId: application.id },
  });
  expect(lookups.told).toEqual([]);
});

test("an incomplete application: everything missing is reported, and everything kept", async () => {
  const { application, servicePrincipal } = registerApplication(lookups.emulator, {
    displayName: "Portal",
    signInAudience: "AzureADMyOrg",
    web: { redirectUris: ["https://portal.partner.example/return"] },
    requiredResourceAccess: [
      {
        resourceAppId: "00000003-0000-0000-c000-000000000000",
        resourceAccess: [
          { id: "7ab1d382-f21e-4acd-a863-ba3e13f7da61", type: "Role" },
          { id: "5b567255-7703-4780-807c-7be8301ae99b", type: "Role" },
        ],
      },
    ],
  });
  partnerTenant(lookups.emulator).servicePrincipals.delete(servicePrincipal.id);
  await find(application.appId, { configurePreconsent: true, azureManagement: true, changeSignInAudience: true });
  expect(lookups.told).toEqual([
    `info: ${[
      `The application "Portal" (client id ${application.appId}) gets what it lacks:`,
      "  reply URLs: + urn:ietf:wg:oauth:2.0:oob",
      "  reply URLs: + http://localhost:8400/consent",
      "  permissions: + Azure AD Graph Directory.Read.All (Role 5778995a-e1bf-45b8-affa-663a9f3f4d04)",
      "  permissions: + Azure AD Graph Directory.AccessAsUser.All (Scope a42657d6-7f20-40e3-b6f0-cee03008a62a)",
      "  permissions: + Azure AD Graph User.Read (Scope 311a71cc-e848-46a1-bdf8-97ff7156d8e6)",
      "  permissions: + Microsoft Graph SecurityEvents.Read.All (Role bf394140-e372-4bf9-a898-299cfc7564e5)",
      "  permissions: + Partner Center user_impersonation (Scope 1cebfa2a-fb4d-419e-b5f9-839b4383e05a)",
      "  permissions: + Azure Resource Manager user_impersonation (Scope 41094075-9dad-400e-a0bd-54e686782033)",
      "  sign-in audience: AzureADMyOrg → AzureADMultipleOrgs",
      "  service principal: + one of this tenant",
      "  AdminAgents: + its service principal",
      "  permissions beyond the model's, kept: Microsoft Graph Role 5b567255-7703-4780-807c-7be8301ae99b",
    ].join("\n")}`,
  ]);
});

test("an application that admits personal accounts too admits every organization", async () => {
  const { appId } = register({ signInAudience: "AzureADandPersonalMicrosoftAccount" });
  await find(appId);
  expect(lookups.told).toEqual([]);
});

test.each(["appId", "id"] as const)(
  "an application of another tenant, by the %s of its service principal here",
  async (name) => {
    const home = randomUUID();
    const principal = newServicePrincipal(
      { id: randomUUID(), appId: randomUUID(), displayName: "Vendor", appOwnerOrganizationId: home },
      new Date().toISOString(),
    );
    partnerTenant(lookups.emulator).servicePrincipals.set(principal.id, principal);
    expect(await failing(principal[name])).toBe(
      `The application "Vendor" (client id ${principal.appId}) belongs to tenant ${home}: only its service principal is here, and an ` +
        "application is changed in its own tenant. Adopt it in a stack of that tenant, as a deployer of that tenant: " +
        `pulumi config set secure-application-model:tenantId ${home}`,
    );
  },
);

test.each(["http://localhost:8401/consent", "http://localhost/consent"])(
  "the port of a reply URL on localhost does not tell it apart: %s of the public client clashes",
  async (clashing) => {
    const redirectUris = [clashing, "http://localhost:8400/desktop"];
    const { appId } = register({ web: { redirectUris: [] }, publicClient: { redirectUris } });
    const failure = await failing(appId);
    expect(failure).toContain(`has ${clashing} as a reply URL of the platform public client`);
    expect(failure).toContain(`--body '{"publicClient":{"redirectUris":["http://localhost:8400/desktop"]}}'`);
  },
);

test.each([
  ["AzureADMultipleOrgs", 255, 256],
  ["AzureADandPersonalMicrosoftAccount", 99, 100],
])(
  "an application of the audience %s with %d reply URLs has no room for two more",
  async (signInAudience, count, most) => {
    const redirectUris = Array.from({ length: count - 1 }, (_, index) => `https://portal.partner.example/${index}`);
    const publicClient = { redirectUris: ["http://localhost/desktop"] };
    const { appId } = register({ signInAudience, web: { redirectUris }, publicClient });
    expect(await failing(appId)).toBe(
      `The application "Portal" (client id ${appId}) has ${count} reply URLs, and Graph lets it have ${most}: there is no room for ` +
        "urn:ietf:wg:oauth:2.0:oob and http://localhost:8400/consent. Remove those that nobody uses; these commands show and set them: " +
        `az ad app show --id ${appId} --query web.redirectUris, then ` +
        `az ad app update --id ${appId} --web-redirect-uris '<those still used>'`,
    );
  },
);

test("an application that is full but has the model's reply URLs needs no room", async () => {
  const own = Array.from({ length: 254 }, (_, index) => `https://portal.partner.example/${index}`);
  const redirectUris = [...own, "urn:ietf:wg:oauth:2.0:oob", "http://localhost:8400/consent"];
  const { appId } = register({ web: { redirectUris } });
  await find(appId);
  expect(lookups.told).toEqual([]);
});
