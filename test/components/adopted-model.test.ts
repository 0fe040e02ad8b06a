import type { SecureApplicationModelArgs } from "../../components/secure-application-model";
import type { Declared } from "./declared";
import { azuread, component, dynamic, leastArgs, leastResources, stackWith, tenantId, unguarded } from "./model";
import { azureAdGraph, azureManagement, graphUserRead, microsoftGraph, partnerCenter } from "./requested-permissions";
import { ownEndpoints } from "../support/own-endpoints";

type AdoptingArgs = Extract<SecureApplicationModelArgs, { existingApplication: unknown }>;

const vaultUri = "https://own-tokens.vault.azure.net/";
const common = {
  cloud: "AzureCloud",
  tenantId,
  existingApplication: { clientId: "existing-client-id", objectId: "existing-object-id" },
  consent: { account: "svc@partner.example" },
} as const;
const making = {
  ...common,
  credential: leastArgs.credential,
  vault: leastArgs.vault,
} satisfies AdoptingArgs;

type Asked = typeof microsoftGraph | typeof azureManagement;
const permission = ({ resourceAppId, resourceAccesses }: Asked, index: number): object => ({
  resourceAppId,
  ...resourceAccesses[index],
});
const adoption = dynamic(
  "AdoptedApplication",
  "adoption",
  {
    tenantId,
    clientId: "existing-client-id",
    objectId: "existing-object-id",
    replyUrls: { outOfBand: "urn:ietf:wg:oauth:2.0:oob", loopback: "http://localhost:8400/consent" },
    permissions: {
      "Azure AD Graph Directory.Read.All": permission(azureAdGraph, 0),
      "Azure AD Graph Directory.AccessAsUser.All": permission(azureAdGraph, 1),
      "Azure AD Graph User.Read": permission(azureAdGraph, 2),
      "Microsoft Graph SecurityEvents.Read.All": permission(microsoftGraph, 0),
      "Microsoft Graph Directory.Read.All": permission(microsoftGraph, 1),
      "Partner Center user_impersonation": permission(partnerCenter, 0),
    },
    signInAudience: "AzureADMultipleOrgs",
    changeSignInAudience: false,
    servicePrincipal: true,
    groups: [],
    providerVersion: "1",
  },
  { replaceOnChanges: ["objectId"], protect: true },
);

/** The resources of the smallest model without those that this application, or this vault, replaces. */
function leastWithout(...keys: string[]): Record<string, Declared> {
  return Object.fromEntries(Object.entries(leastResources).filter(([key]) => !keys.includes(key)));
}
const least = (key: string): Declared => leastResources[key] ?? component("");
const ofApplication = ["PartnerApplication partner", "Application partner", "ServicePrincipal partner"];
const ofVault = ["TokenVault partner", "ResourceGroup partner", "VaultCreateMode partner", "Vault partner"];
const ofVaultToo = ["RoleAssignment partner-officer", "VaultSecret partner-initial"];
const consentOf = (inputs: object, vault: string): Declared => ({
  ...least("Consent partner"),
  inputs: { ...least("Consent partner").inputs, clientId: "existing-client-id", ...inputs },
  options: { ...least("Consent partner").options, dependsOn: ["AdoptedApplication partner", vault] },
});
const adopted = {
  "AdoptedApplication partner": component("SecureApplicationModel partner"),
  "Adoption partner": adoption,
};
const password = azuread(
  "AdoptedApplication",
  { applicationId: "/applications/existing-object-id", displayName: "initial" },
  { additionalSecretOutputs: ["value"], dependsOn: ["Adoption partner"] },
);

test("an adopted application is declared as what is added to it, and its secret only once it is adopted", async () => {
  const { resources, calls, outputs } = await stackWith(making);
  expect(resources).toEqual({
    ...leastWithout(...ofApplication),
    ...adopted,
    "ApplicationPassword partner-initial": password,
    "Consent partner": consentOf({}, "TokenVault partner"),
  });
  expect(calls).toEqual([
    "azure-native:authorization:getClientConfig {} by azure-native",
    "azuread:index/getClientConfig:getClientConfig {} by azuread",
    'azuread:index/getDirectoryObject:getDirectoryObject {"objectId":"deployer-object-id"} by azuread',
  ]);
  expect(outputs["AdoptedApplication partner"]).toEqual({
    clientId: "existing-client-id",
    objectId: "existing-object-id",
    servicePrincipalObjectId: "service-principal-object-id",
  });
});

test("the adoption gets groups, extra permissions and the audience", async () => {
  const { resources } = await stackWith({
    ...making,
    configurePreconsent: true,
    azureManagement: true,
    delegatedGraph: true,
    changeSignInAudience: true,
    endpoints: ownEndpoints(),
  });
  expect(resources["Adoption partner"]).toEqual({
    ...adoption,
    inputs: {
      ...adoption.inputs,
      endpoints: ownEndpoints(),
      permissions: {
        ...(adoption.inputs["permissions"] as object),
        "Microsoft Graph User.Read": { resourceAppId: microsoftGraph.resourceAppId, ...graphUserRead },
        "Azure Resource Manager user_impersonation": permission(azureManagement, 0),
      },
      changeSignInAudience: true,
      groups: ["admin-agents-object-id"],
    },
  });
});

const { awaitsRole: _awaitsRole, ...ownSecret } = least("VaultSecret partner-initial").inputs;
const secretOfOwner: Declared = {
  parent: "ExistingVault partner",
  provider: "",
  inputs: { ...ownSecret, vaultUri },
  options: { replaceOnChanges: ["secretName", "vaultUri"] },
};

test("a vault that exists gets the secret over its own data plane, and nothing of it is declared", async () => {
  const { resources, outputs } = await stackWith({ ...making, vault: { uri: "https://own-tokens.vault.azure.net" } });
  expect(resources).toEqual({
    ...leastWithout(...ofApplication, ...ofVault, ...ofVaultToo),
    "DestroyProtection partner": unguarded,
    ...adopted,
    "ApplicationPassword partner-initial": password,
    "ExistingVault partner": component("SecureApplicationModel partner"),
    "VaultSecret partner-initial": secretOfOwner,
    "Consent partner": consentOf({ vaultUri, awaitsRole: false }, "ExistingVault partner"),
  });
  expect(outputs["ExistingVault partner"]).toEqual({ uri: vaultUri });
});

test("an application that is made may use a vault that exists", async () => {
  const { cloud, consent, credential } = making;
  const args = { cloud, tenantId, consent, credential, displayName: "Partner Center Web App" };
  const { resources } = await stackWith({ ...args, vault: { uri: vaultUri } });
  expect(Object.keys(resources).sort()).toEqual(
    [
      ...Object.keys(leastWithout(...ofVault, ...ofVaultToo)),
      "ExistingVault partner",
      "VaultSecret partner-initial",
    ].sort(),
  );
});

test("a client secret that is in the vault already is used by its name, and none is made", async () => {
  const args = { ...common, credential: { vaultSecretName: "portal-secret", declared: [] }, vault: { uri: vaultUri } };
  const { resources, outputs } = await stackWith(args);
  expect(resources).toEqual({
    "SecureApplicationModel partner": component(""),
    "DestroyProtection partner": unguarded,
    ...adopted,
    "ExistingVault partner": component("SecureApplicationModel partner"),
    "Consent partner": consentOf(
      { vaultUri, awaitsRole: false, credentialNames: ["portal-secret"] },
      "ExistingVault partner",
    ),
  });
  expect(outputs["SecureApplicationModel partner"]).toEqual({
    refreshTokenName: `refresh-token-${tenantId}`,
    clientSecretName: "portal-secret",
  });
});
