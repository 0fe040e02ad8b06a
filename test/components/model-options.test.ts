import type { Declared } from "./declared";
import {
  azuread,
  azureNative,
  dynamic,
  guid,
  leastArgs,
  leastResources,
  type MadeModelArgs,
  password,
  roleDefinition,
  stackOf,
  tenantId,
  vaultSecret,
} from "./model";
import {
  azureAdGraph,
  azureManagement,
  declaredAzure,
  declaredGraph,
  declaredScopes,
  graphUserRead,
  microsoftGraph,
  partnerCenter,
} from "./requested-permissions";
import { ownEndpoints } from "../support/own-endpoints";

/** A resource of the smallest model with some of its inputs and options replaced. */
function changed(key: string, inputs: object, options: object = {}): Record<string, Declared> {
  const least = leastResources[key] ?? { parent: "", provider: "", inputs: {}, options: {} };
  const merged = { ...least, inputs: { ...least.inputs, ...inputs }, options: { ...least.options, ...options } };
  return { [key]: merged };
}
const vaultArgs = leastArgs.vault as Extract<MadeModelArgs["vault"], { name: string }>;
const vaultProperties = leastResources["Vault partner"]?.inputs["properties"] as object;
const reader = { principalId: "11111111-2222-4333-8444-555555555555", principalType: "Group" } as const;
const endDate = "2027-06-30T00:00:00Z";
const initial = { kind: "secret", label: "initial" } as const;
const endpoints = ownEndpoints();

/** What each argument changes in the smallest model: every other resource must stay exactly the same. */
const scopeOf = (resourceAppId: string, scope: string) => ({ resourceAppId, scope });
const grants = dynamic(
  "SecureApplicationModel",
  "grants",
  {
    tenantId,
    clientId: "client-id",
    grantedTo: "svc@partner.example",
    grants: {
      "Azure AD Graph Directory.AccessAsUser.All": scopeOf(azureAdGraph.resourceAppId, "Directory.AccessAsUser.All"),
      "Azure AD Graph User.Read": scopeOf(azureAdGraph.resourceAppId, "User.Read"),
      "Partner Center user_impersonation": scopeOf(partnerCenter.resourceAppId, "user_impersonation"),
      "Microsoft Graph openid": scopeOf(microsoftGraph.resourceAppId, "openid"),
      "Microsoft Graph profile": scopeOf(microsoftGraph.resourceAppId, "profile"),
      "Microsoft Graph offline_access": scopeOf(microsoftGraph.resourceAppId, "offline_access"),
    },
    providerVersion: "1",
  },
  { replaceOnChanges: ["tenantId", "clientId"], dependsOn: ["PartnerApplication partner"] },
);
const afterGrants = { dependsOn: ["PartnerApplication partner", "TokenVault partner", "Grants partner"] };

const vaultRules = (more: object = {}): Declared =>
  dynamic("TokenVault", "vault-rules", {
    vaultId: "id of Vault partner",
    enableRbacAuthorization: true,
    networkAcls: { bypass: "None", defaultAction: "Allow" },
    ...more,
  });

const placesOf = "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/security/providers";
const workspaceId = `${placesOf}/Microsoft.OperationalInsights/workspaces/audit`;
const storageAccountId = `${placesOf}/microsoft.storage/storageaccounts/audit`;
const sending = (destination: object, dependsOn: string[] = []): Declared => {
  const logs = [{ categoryGroup: "audit", enabled: true }];
  const setting = { name: "secure-application-model", resourceUri: "id of Vault partner", logs };
  return azureNative("TokenVault", { ...setting, ...destination }, { dependsOn });
};

const ofPartnerCenter = {
  resource: "Microsoft Partner Center",
  resourceAppId: partnerCenter.resourceAppId,
  value: "user_impersonation",
};

const cases: [string, Partial<MadeModelArgs>, Record<string, Declared>][] = [
  [
    "pre-consent makes the service principal a member of AdminAgents",
    { configurePreconsent: true },
    {
      "GroupMember partner-admin-agents": azuread("PartnerApplication", {
        groupObjectId: "admin-agents-object-id",
        memberObjectId: "service-principal-object-id",
      }),
    },
  ],
  [
    "azureManagement adds Azure Resource Manager behind the model's own permissions",
    { azureManagement: true },
    {
      ...changed("Application partner", {
        requiredResourceAccesses: [azureAdGraph, microsoftGraph, partnerCenter, azureManagement],
      }),
      ...changed("Consent partner", { permissions: [...declaredScopes, declaredAzure] }),
    },
  ],
  [
    "delegatedGraph adds User.Read behind Graph's own permissions",
    { delegatedGraph: true },
    {
      ...changed("Application partner", {
        requiredResourceAccesses: [
          azureAdGraph,
          { ...microsoftGraph, resourceAccesses: [...microsoftGraph.resourceAccesses, graphUserRead] },
          partnerCenter,
        ],
      }),
      ...changed("Consent partner", { permissions: declaredScopes.toSpliced(1, 0, declaredGraph) }),
    },
  ],
  [
    "without what is legacy, Azure AD Graph and every application permission are left out",
    { permissions: { legacy: false } },
    {
      ...changed("Application partner", { requiredResourceAccesses: [partnerCenter] }),
      ...changed("Consent partner", { permissions: declaredScopes.slice(1) }),
    },
  ],
  [
    "permissions of any resource come behind the model's own, what the model has already once",
    {
      permissions: {
        extra: [
          { ...ofPartnerCenter, id: "1cebfa2a-fb4d-419e-b5f9-839b4383e05a", type: "Scope" },
          { ...ofPartnerCenter, id: "0b7c", type: "Role" },
          { resource: "Contoso API", resourceAppId: "contoso-api", id: "77aa", type: "Scope", value: "Orders.Read" },
        ],
      },
    },
    {
      ...changed("Application partner", {
        requiredResourceAccesses: [
          azureAdGraph,
          microsoftGraph,
          {
            ...partnerCenter,
            resourceAccesses: [...partnerCenter.resourceAccesses, { id: "0b7c", type: "Role" }],
          },
          { resourceAppId: "contoso-api", resourceAccesses: [{ id: "77aa", type: "Scope" }] },
        ],
      }),
      ...changed("Consent partner", {
        permissions: [
          ...declaredScopes,
          { resource: "Contoso API", resourceAppId: "contoso-api", scopes: ["Orders.Read"] },
        ],
      }),
    },
  ],
  [
    "adminConsent grants what is declared to the service account, once the application is there; the consent comes after it",
    { adminConsent: "account", azureManagement: true },
    {
      ...changed("Application partner", {
        requiredResourceAccesses: [azureAdGraph, microsoftGraph, partnerCenter, azureManagement],
      }),
      "Grants partner": {
        ...grants,
        inputs: {
          ...grants.inputs,
          grants: {
            ...(grants.inputs["grants"] as object),
            "Azure Resource Manager user_impersonation": scopeOf(azureManagement.resourceAppId, "user_impersonation"),
          },
        },
      },
      ...changed("Consent partner", { permissions: [...declaredScopes, declaredAzure], grantsMade: true }, afterGrants),
    },
  ],
  [
    "adminConsent for everybody needs no account",
    { adminConsent: "everybody", consent: { mode: "never" } },
    {
      "Grants partner": { ...grants, inputs: { ...grants.inputs, grantedTo: "everybody" } },
      ...changed("Consent partner", { account: "", mode: "never", grantsMade: true }, afterGrants),
    },
  ],
  [
    "named owners are kept to, whoever deploys",
    { owners: ["owner-1", "owner-2"] },
    {
      ...changed("Application partner", { owners: ["owner-1", "owner-2"] }, { ignoreChanges: [] }),
      ...changed("ServicePrincipal partner", { owners: ["owner-1", "owner-2"] }, { ignoreChanges: [] }),
    },
  ],
  [
    "a secret being rotated out stays declared beside the current one, which the consent goes by",
    { credential: { declared: [{ kind: "secret", label: "spring", endDate }, initial] } },
    {
      "ApplicationPassword partner-spring": password("spring", { endDate }),
      "VaultSecret partner-spring": vaultSecret("client-secret-spring-22222222", endDate),
      ...changed("Consent partner", {
        credentialNames: ["client-secret-spring-22222222", "client-secret-initial-11111111"],
      }),
    },
  ],
  [
    "by the calendar, what tokens still name stays declared, and the consent publishes all of them",
    {
      credential: {
        declared: [
          { kind: "secret", label: "2027-08-23", endDate },
          { kind: "secret", label: "2027-02-24", endDate },
          initial,
        ],
        rollTokens: true,
      },
    },
    {
      ...Object.fromEntries(
        ["2027-08-23", "2027-02-24"].flatMap((label) => [
          [`ApplicationPassword partner-${label}`, password(label, { endDate })],
          [`VaultSecret partner-${label}`, vaultSecret(`client-secret-${label}-22222222`, endDate)],
        ]),
      ),
      ...changed("Consent partner", {
        credentialNames: [
          "client-secret-2027-08-23-22222222",
          "client-secret-2027-02-24-22222222",
          "client-secret-initial-11111111",
        ],
        rollTokens: true,
      }),
    },
  ],
  [
    "a fixed end date is the secret's and its vault secret's",
    { credential: { declared: [{ ...initial, endDate }] } },
    {
      ...changed("ApplicationPassword partner-initial", { endDate }),
      ...changed("VaultSecret partner-initial", { expiresOn: endDate }),
    },
  ],
  [
    "readers may read the secrets, and no more",
    { vault: { ...vaultArgs, readers: [reader] } },
    {
      [`RoleAssignment partner-reader-${reader.principalId}`]: azureNative("TokenVault", {
        scope: "id of Vault partner",
        roleDefinitionId: roleDefinition("4633458b-17de-408a-b874-0445c86b69e6"),
        roleAssignmentName: guid,
        ...reader,
      }),
    },
  ],
  [
    "network rules close the vault to everybody else",
    { vault: { ...vaultArgs, networkRules: { ipRules: ["203.0.113.0/24", "198.51.100.7"] } } },
    changed("Vault partner", {
      properties: {
        ...vaultProperties,
        networkAcls: {
          bypass: "None",
          defaultAction: "Deny",
          ipRules: [{ value: "203.0.113.0/24" }, { value: "198.51.100.7" }],
        },
      },
    }),
  ],
  [
    "the vault's audit log goes to a workspace",
    { vault: { ...vaultArgs, diagnostics: workspaceId } },
    { "DiagnosticSetting partner": sending({ workspaceId }) },
  ],
  [
    "or to a storage account",
    { vault: { ...vaultArgs, diagnostics: storageAccountId } },
    { "DiagnosticSetting partner": sending({ storageAccountId }) },
  ],
  [
    "the setting of a deleted vault comes back with it: it is taken away before it is made",
    { vault: { ...vaultArgs, diagnostics: workspaceId, found: { state: "deleted" } } },
    {
      "VaultRules partner": vaultRules({ removesDiagnostics: true }),
      "DiagnosticSetting partner": sending({ workspaceId }, ["VaultRules partner"]),
    },
  ],
  [
    "a stack that comes and goes protects nothing",
    { protect: false },
    {
      ...changed("Application partner", {}, { protect: false }),
      ...changed("ServicePrincipal partner", {}, { protect: false }),
      ...changed("DestroyProtection partner", { protect: false }),
      ...changed("ResourceGroup partner", {}, { protect: false }),
      ...changed("Vault partner", {}, { protect: false }),
    },
  ],
  [
    "a vault that was looked for, and is there or still to be made, is asked for as every other one",
    { vault: { ...vaultArgs, found: { state: "live" } } },
    changed("Vault partner", { properties: { ...vaultProperties, createMode: "default" } }),
  ],
  [
    "a deleted vault is recovered, and given the rules afterwards",
    { vault: { ...vaultArgs, found: { state: "deleted" } } },
    { "VaultRules partner": vaultRules() },
  ],
  [
    "retention is the vault's",
    { vault: { ...vaultArgs, retentionDays: 7 } },
    changed("Vault partner", { properties: { ...vaultProperties, softDeleteRetentionInDays: 7 } }),
  ],
  [
    "endpoints and consent settings reach what runs in the engine's process",
    { endpoints, consent: { mode: "never", deadlineMinutes: 3, warnBeforeDays: 14, port: 9400 } },
    {
      ...changed("VaultCreateMode partner", { endpoints }),
      ...changed("VaultSecret partner-initial", { endpoints }),
      ...changed("DestroyProtection partner", { endpoints }),
      ...changed("Consent partner", {
        endpoints,
        account: "",
        mode: "never",
        deadlineMinutes: 3,
        warnBeforeDays: 14,
        port: 9400,
      }),
    },
  ],
];

test.each(cases)("%s", async (_, args, changes) => {
  const { resources } = await stackOf(args);
  expect(resources).toEqual({ ...leastResources, ...changes });
});

test("an existing resource group is not declared", async () => {
  const { resources } = await stackOf({ vault: { ...vaultArgs, createResourceGroup: false } });
  const { "ResourceGroup partner": made, ...others } = leastResources;
  expect([made?.inputs["resourceGroupName"], resources]).toEqual([vaultArgs.resourceGroupName, others]);
});

test("AdminAgents is looked up by its name, with the stack's own provider, and only when asked for", async () => {
  const asked = ({ calls }: { calls: string[] }) => calls.filter((call) => call.includes("getGroup"));
  expect(asked(await stackOf())).toEqual([]);
  expect(asked(await stackOf({ configurePreconsent: true }))).toEqual([
    'azuread:index/getGroup:getGroup {"displayName":"AdminAgents"} by azuread',
  ]);
});
