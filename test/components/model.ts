/** The smallest Secure Application Model, and all its resources. */
import { SecureApplicationModel, type SecureApplicationModelArgs } from "../../components/secure-application-model";
import { type Declared, declared, type Stack } from "./declared";
import { clientSecret } from "../providers/provider-answers";
import { azureAdGraph, declaredScopes, microsoftGraph, partnerCenter } from "./requested-permissions";

export const tenantId = "aaaaaaaa-1111-4222-8333-444444444444";

/** A model that creates its application. */
export type MadeModelArgs = Extract<SecureApplicationModelArgs, { displayName: unknown }>;

export const leastArgs: MadeModelArgs = {
  cloud: "AzureCloud",
  tenantId,
  displayName: "Partner Center Web App",
  credential: { declared: [{ kind: "secret", label: "initial" }] },
  vault: { name: "partner-tokens", resourceGroupName: "tokens-group", location: "westeurope" },
  consent: { account: "svc@partner.example" },
};

/** The stack of a model whose arguments differ from the smallest ones. */
export const stackOf = (changes: Partial<MadeModelArgs> = {}): Promise<Stack> =>
  declared((opts) => new SecureApplicationModel("partner", { ...leastArgs, ...changes }, opts));

/** The stack of a model with exactly these arguments. */
export const stackWith = (args: SecureApplicationModelArgs): Promise<Stack> =>
  declared((opts) => new SecureApplicationModel("partner", args, opts));

/** The code that state keeps for ever, exactly: the files that an old state names must exist. */
export const providerCode = (module: string): string => `
const load = (name) => require("node:module").createRequire(process.cwd() + "/pulumi")("secure-application-model/" + name);
exports.handler = () => {
  load("engine-watch").watchEngine();
  const code = () => load("${module}");
  return {
    create: (inputs) => code().create(inputs),
    read: (id, outputs) => code().read(id, outputs),
    update: (id, olds, news) => code().update(id, olds, news),
    delete: (id, outputs) => code().delete(id, outputs),
  };
};
`;

const guid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u) as unknown;
export const component = (parent: string): Declared => ({ parent, provider: "", inputs: {}, options: {} });

/** A client secret in the stack's own vault. */
export function vaultSecret(secretName: string, expiresOn: string): Declared {
  return {
    parent: "TokenVault partner",
    provider: "",
    inputs: {
      __provider: providerCode("vault-secret-provider"),
      cloud: "AzureCloud",
      endpoints: {},
      vaultUri: "https://partner-tokens.vault.azure.net/",
      secretName,
      value: { secret: clientSecret },
      contentType: "application/x-oauth-client-secret",
      expiresOn,
      awaitsRole: true,
    },
    options: {
      replaceOnChanges: ["secretName"],
      dependsOn: ["RoleAssignment partner-officer"],
      retainOnDelete: true,
    },
  };
}

/** All resources of the smallest model. */
export const leastResources: Readonly<Record<string, Declared>> = {
  "SecureApplicationModel partner": component(""),
  "PartnerApplication partner": component("SecureApplicationModel partner"),
  "Application partner": {
    parent: "PartnerApplication partner",
    provider: "azuread",
    inputs: {
      displayName: "Partner Center Web App",
      signInAudience: "AzureADMultipleOrgs",
      api: { requestedAccessTokenVersion: 2 },
      identifierUris: [expect.stringMatching(/^https:\/\/partner\.example\/[0-9a-f-]{36}$/u)],
      requiredResourceAccesses: [azureAdGraph, microsoftGraph, partnerCenter],
      web: {
        redirectUris: ["urn:ietf:wg:oauth:2.0:oob", "http://localhost:8400/consent"],
        implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
      },
      fallbackPublicClientEnabled: false,
      owners: ["deployer-object-id"],
    },
    options: { protect: true, ignoreChanges: ["owners"], deleteBeforeReplace: true },
  },
  "ServicePrincipal partner": {
    parent: "PartnerApplication partner",
    provider: "azuread",
    inputs: {
      clientId: "client-id",
      owners: ["deployer-object-id"],
      accountEnabled: true,
      appRoleAssignmentRequired: false,
    },
    options: { protect: true, ignoreChanges: ["owners"], deletedWith: "Application partner" },
  },
  "ApplicationPassword partner-initial": {
    parent: "PartnerApplication partner",
    provider: "azuread",
    inputs: { applicationId: "id of Application partner", displayName: "initial" },
    options: { additionalSecretOutputs: ["value"], deletedWith: "Application partner" },
  },
  "TokenVault partner": component("SecureApplicationModel partner"),
  "ResourceGroup partner": {
    parent: "TokenVault partner",
    provider: "azure-native",
    inputs: { resourceGroupName: "tokens-group", location: "westeurope" },
    options: { protect: true },
  },
  "VaultCreateMode partner": {
    parent: "TokenVault partner",
    provider: "",
    inputs: {
      __provider: providerCode("vault-create-mode-provider"),
      cloud: "AzureCloud",
      endpoints: {},
      subscriptionId: "subscription-id",
      location: "westeurope",
      vaultName: "partner-tokens",
      keyVaultVersion: "2026-02-01",
    },
    options: {},
  },
  "Vault partner": {
    parent: "TokenVault partner",
    provider: "azure-native",
    inputs: {
      vaultName: "partner-tokens",
      resourceGroupName: "tokens-group",
      location: "westeurope",
      properties: {
        tenantId,
        sku: { family: "A", name: "standard" },
        createMode: "recover",
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        enablePurgeProtection: true,
        softDeleteRetentionInDays: 90,
        networkAcls: { bypass: "None", defaultAction: "Allow" },
        // What azure-native's SDK would fill in.
        enabledForDeployment: false,
        enabledForDiskEncryption: false,
        enabledForTemplateDeployment: false,
        publicNetworkAccess: "enabled",
      },
    },
    options: { protect: true },
  },
  "RoleAssignment partner-officer": {
    parent: "TokenVault partner",
    provider: "azure-native",
    inputs: {
      scope: "id of Vault partner",
      roleDefinitionId:
        "/subscriptions/subscription-id/providers/Microsoft.Authorization/roleDefinitions/b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
      roleAssignmentName: guid,
      principalId: "deployer-object-id",
      principalType: "ServicePrincipal",
    },
    options: { ignoreChanges: ["principalId", "principalType", "roleAssignmentName"] },
  },
  "VaultSecret partner-initial": vaultSecret("client-secret-initial-11111111", "2028-11-24T00:00:00Z"),
  "Consent partner": {
    parent: "SecureApplicationModel partner",
    provider: "",
    inputs: {
      __provider: providerCode("consent-provider"),
      cloud: "AzureCloud",
      endpoints: {},
      tenantId,
      clientId: "client-id",
      vaultUri: "https://partner-tokens.vault.azure.net/",
      refreshTokenName: `refresh-token-${tenantId}`,
      credentialNames: ["client-secret-initial-11111111"],
      permissions: declaredScopes,
      account: "svc@partner.example",
      mode: "auto",
      deadlineMinutes: 10,
      warnBeforeDays: 30,
      port: 8400,
      stack: "secure-application-model/dev",
      health: "ok",
      providerVersion: "1",
    },
    options: {
      deleteBeforeReplace: true,
      replaceOnChanges: ["tenantId", "clientId", "vaultUri", "refreshTokenName"],
      dependsOn: ["PartnerApplication partner", "TokenVault partner"],
    },
  },
  "DestroyProtection partner": {
    ...component("SecureApplicationModel partner"),
    options: { protect: true, dependsOn: ["Consent partner"] },
  },
};
