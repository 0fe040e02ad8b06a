/** A new stack on an empty tenant. */
import { claimsOf } from "../../lib/oauth/claims";
import { stackForAll } from "./support/deployed-once";
import { redeem } from "./support/command";
import { openGraph } from "./support/graph";
import type { Project, StackOutputs } from "./support/project";
import { tokenVersions } from "./support/vault";

let project: Project;
let outputs: StackOutputs;

stackForAll({ deployed: true }, async (started) => {
  project = started;
  outputs = await project.outputs();
});

test("declares exactly these resources", async () => {
  const resources = await project.state();
  const declared = resources.map(({ urn }) => urn.split("::").slice(2).join("::").replace(/^.*\$/u, "")).sort();
  expect(declared).toEqual([
    "azure-native:authorization:RoleAssignment::partner-officer",
    "azure-native:keyvault/v20260201:Vault::partner",
    "azure-native:resources:ResourceGroup::partner",
    "azuread:index/application:Application::partner",
    "azuread:index/applicationPassword:ApplicationPassword::partner-c1",
    "azuread:index/groupMember:GroupMember::partner-admin-agents",
    "azuread:index/servicePrincipal:ServicePrincipal::partner",
    "pulumi-nodejs:dynamic/partner:Consent::partner",
    "pulumi-nodejs:dynamic/partner:CredentialRecord::partner",
    "pulumi-nodejs:dynamic/partner:DestroyProtection::partner",
    "pulumi-nodejs:dynamic/partner:Grants::partner",
    "pulumi-nodejs:dynamic/partner:VaultCreateMode::partner",
    "pulumi:providers:azure-native::azure-native",
    "pulumi:providers:azuread::azuread",
    "pulumi:providers:pulumi-nodejs::default",
    "pulumi:providers:pulumi::default",
    "pulumi:pulumi:Stack::secure-application-model-dev",
    "secure-application-model:index:PartnerApplication::partner",
    "secure-application-model:index:SecureApplicationModel::partner",
    "secure-application-model:index:TokenVault::partner",
  ]);
});

test("registers the application as the model wants it", async () => {
  const graph = await openGraph(project);
  const application = await graph<Record<string, unknown>>("GET", `/applications/${outputs.applicationObjectId}`);
  expect(application).toMatchObject({
    appId: outputs.applicationId,
    displayName: "Partner Center Web App",
    signInAudience: "AzureADMultipleOrgs",
    api: { requestedAccessTokenVersion: 2 },
    identifierUris: [expect.stringMatching(/^https:\/\/partner\.example\/[0-9a-f-]{36}$/u)],
    passwordCredentials: [{ displayName: "partner-c1" }],
  });
  const { redirectUris } = application["web"] as { redirectUris: string[] };
  expect(redirectUris.sort()).toEqual(["http://localhost:8400/consent", "urn:ietf:wg:oauth:2.0:oob"]);
  const accesses = application["requiredResourceAccess"] as {
    resourceAppId: string;
    resourceAccess: { id: string; type: string }[];
  }[];
  const written = accesses.map(({ resourceAppId, resourceAccess }) => [
    resourceAppId,
    ...resourceAccess.map(({ id, type }) => `${type} ${id}`),
  ]);
  expect(written.sort()).toEqual([
    [
      "00000002-0000-0000-c000-000000000000",
      "Role 5778995a-e1bf-45b8-affa-663a9f3f4d04",
      "Scope a42657d6-7f20-40e3-b6f0-cee03008a62a",
      "Scope 311a71cc-e848-46a1-bdf8-97ff7156d8e6",
    ],
    [
      "00000003-0000-0000-c000-000000000000",
      "Role bf394140-e372-4bf9-a898-299cfc7564e5",
      "Role 7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    ],
    ["797f4846-ba00-4fd7-ba43-dac1f8f63013", "Scope 41094075-9dad-400e-a0bd-54e686782033"],
    ["fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd", "Scope 1cebfa2a-fb4d-419e-b5f9-839b4383e05a"],
  ]);
  const { members } = project.tenant.groups.get(project.seeds.groups.adminAgents.id) ?? {};
  expect([...(members ?? [])]).toContain(outputs.servicePrincipalObjectId);
});

test("hands out names, ids and dates", () => {
  const { partner, users } = project.emulator.seeds;
  const guid = expect.stringMatching(/^[0-9a-f-]{36}$/u) as string;
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/u) as string;
  expect(outputs).toEqual({
    ...{ applicationId: guid, applicationObjectId: guid, servicePrincipalObjectId: guid },
    tenantId: partner.id,
    cloud: "AzureCloud",
    vaultUri: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/$/u) as string,
    refreshTokenName: `refresh-token-${partner.id}`,
    credential: {
      name: expect.stringMatching(/^client-credential-[0-9a-f]{8}$/u) as string,
      generations: [{ number: 1, kind: "secret", day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/u) as string }],
    },
    consent: {
      health: "ok",
      ...{ account: users.serviceAccount.userPrincipalName, consentedOn: time, expiresOn: time },
    },
  });
  const days = (Date.parse(outputs.consent.expiresOn) - Date.parse(outputs.consent.consentedOn)) / 86_400_000;
  expect(Math.round(days)).toBe(90);
});

test("keeps one enabled token, tagged so that the vault describes itself", async () => {
  const versions = await tokenVersions(project);
  expect(versions.map(({ enabled, tags }) => ({ enabled, tags }))).toEqual([
    {
      enabled: true,
      tags: {
        application: outputs.applicationId,
        tenant: project.emulator.seeds.partner.id,
        cloud: "AzureCloud",
        account: project.emulator.seeds.users.serviceAccount.id,
        "account-name": project.emulator.seeds.users.serviceAccount.userPrincipalName,
        "consented-at": outputs.consent.consentedOn,
        credential: outputs.credential.name,
        stack: "secure-application-model/dev",
      },
    },
  ]);
});

test.each([
  ["partner-center", "partnerCenter", "user_impersonation"],
  ["arm", "resourceManager", "user_impersonation"],
  [
    "graph",
    "microsoftGraph",
    "openid profile",
    /^warning: This token brings no permission of graph, .*delegatedGraph true/su,
  ],
  ["aad-graph", "azureAdGraph", "Directory.AccessAsUser.All User.Read"],
] as const)("the token command redeems for %s", async (name, origin, scopes, warning = /^$/u) => {
  const { code, stdout, stderr } = await redeem(project, name);
  const claims = claimsOf(stdout.trim());
  expect({ code, stderr, aud: claims.aud, scp: (claims as { scp?: string }).scp, amr: claims.amr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(warning) as string,
    aud: project.emulator.origins[origin],
    scp: scopes,
    amr: expect.arrayContaining(["mfa"]) as string[],
  });
});
