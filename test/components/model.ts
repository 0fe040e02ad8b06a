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
const providerCode = (module: string): string => `
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

export const guid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u) as unknown;
export const component = (parent: string): Declared => ({ parent, provider: "", inputs: {}, options: {} });

type Inputs = Declared["inputs"];
const of =
  (provider: string) =>
  (parent: string, inputs: Inputs, options: Inputs = {}) =>
    ({ parent: `${parent} partner`, provider, inputs, options }) satisfies Declared;
export const azuread = of("azuread");
export const azureNative = of("azure-native");
/** A dynamic resource, in the public cloud with its own endpoints. */
export const dynamic = (parent: string, name: string, inputs: Inputs, options: Inputs = {}): Declared => {
  const code = { __provider: providerCode(`${name}-provider`) };
  return of("")(parent, { ...code, cloud: "AzureCloud", endpoints: {}, ...inputs }, options);
};

/** On the application that the stack makes. */
export const password = (displayName: string, end: object = {}): Declared =>
  azuread(
    "PartnerApplication",
    { applicationId: "id of Application partner", displayName, ...end },
    { additionalSecretOutputs: ["value"] },
  );

/** A client secret in the stack's own vault. */
export const vaultSecret = (secretName: string, expiresOn: string): Declared =>
  dynamic(
    "TokenVault",
    "vault-secret",
    {
      vaultUri: "https://partner-tokens.vault.azure.net/",
      secretName,
      value: { secret: clientSecret },
      contentType: "application/x-oauth-client-secret",
      expiresOn,
      awaitsRole: true,
    },
    { replaceOnChanges: ["secretName"], dependsOn: ["RoleAssignment partner-officer"], retainOnDelete: true },
  );

export const roleDefinition = (id: string): string =>
  `/subscriptions/subscription-id/providers/Microsoft.Authorization/roleDefinitions/${id}`;
/** To who deploys first. */
export const ofDeployer = { ignoreChanges: ["principalId", "principalType", "roleAssignmentName"] };
export const deployer = { principalId: "deployer-object-id", principalType: "ServicePrincipal" };

/** All resources of the smallest model. */
export const leastResources: Readonly<Record<string, Declared>> = {
  "SecureApplicationModel partner": component(""),
  "PartnerApplication partner": component("SecureApplicationModel partner"),
  "Application partner": azuread(
    "PartnerApplication",
    {
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
    { protect: true, ignoreChanges: ["owners"], deleteBeforeReplace: true },
  ),
  "ServicePrincipal partner": azuread(
    "PartnerApplication",
    { clientId: "client-id", owners: ["deployer-object-id"], accountEnabled: true, appRoleAssignmentRequired: false },
    { protect: true, ignoreChanges: ["owners"] },
  ),
  "ApplicationPassword partner-initial": password("initial"),
  "TokenVault partner": component("SecureApplicationModel partner"),
  "ResourceGroup partner": azureNative(
    "TokenVault",
    { resourceGroupName: "tokens-group", location: "westeurope" },
    { protect: true },
  ),
  "VaultCreateMode partner": dynamic("TokenVault", "vault-create-mode", {
    subscriptionId: "subscription-id",
    location: "westeurope",
    vaultName: "partner-tokens",
  }),
  "Vault partner": azureNative(
    "TokenVault",
    {
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
    { protect: true },
  ),
  "RoleAssignment partner-officer": azureNative(
    "TokenVault",
    {
      scope: "id of Vault partner",
      roleDefinitionId: roleDefinition("b86a8fe4-44ce-4948-aee5-eccb2c155cd7"),
      roleAssignmentName: guid,
      ...deployer,
    },
    ofDeployer,
  ),
  "VaultSecret partner-initial": vaultSecret("client-secret-initial-11111111", "2028-11-24T00:00:00Z"),
  "Consent partner": dynamic(
    "SecureApplicationModel",
    "consent",
    {
      tenantId,
      clientId: "client-id",
      vaultUri: "https://partner-tokens.vault.azure.net/",
      awaitsRole: true,
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
    {
      deleteBeforeReplace: true,
      replaceOnChanges: ["tenantId", "clientId", "vaultUri", "refreshTokenName"],
      dependsOn: ["PartnerApplication partner", "TokenVault partner"],
    },
  ),
  "DestroyProtection partner": dynamic(
    "SecureApplicationModel",
    "destroy-protection",
    { protect: true, vaultUri: "https://partner-tokens.vault.azure.net/", stack: "secure-application-model/dev" },
    { dependsOn: ["Consent partner"] },
  ),
};

/** Of a stack that makes no vault, or was deployed by an earlier version. */
export const unguarded = of("")(
  "SecureApplicationModel",
  { __provider: providerCode("destroy-protection-provider"), protect: true },
  { dependsOn: ["Consent partner"] },
);
