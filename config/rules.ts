/** What each setting may be, in words, with an example: the one source of error texts and of the README's table. */

export interface SettingRule {
  allowed: string;
  /** A value that `pulumi config set --path` takes. */
  example: string;
}

/** The example must be in the future whenever it is shown. */
const endOfNextYear = `${new Date().getUTCFullYear() + 1}-12-31T00:00:00Z`;

/** By path below the namespace; list entries are written `[]`. */
export const settingRules: Readonly<Record<string, SettingRule>> = {
  cloud: { allowed: "AzureCloud, AzureUSGovernment or AzureChinaCloud; there is no default", example: "AzureCloud" },
  endpoints: {
    allowed: "an object of endpoint overrides, or the path of a JSON file that holds one",
    example: "endpoints.json",
  },
  "endpoints.authority": { allowed: "an https origin", example: "https://login.example" },
  "endpoints.partnerCenter": { allowed: "an https origin", example: "https://partnercenter.example" },
  "endpoints.microsoftGraph": { allowed: "an https origin", example: "https://graph.example" },
  "endpoints.resourceManager": { allowed: "an https origin", example: "https://management.example" },
  "endpoints.azureAdGraph": { allowed: "an https origin", example: "https://aadgraph.example" },
  "endpoints.vaultSuffix": { allowed: "a host name", example: "vault.example" },
  "endpoints.metadataHost": { allowed: "host or host:port, without https://", example: "management.example" },
  tenantId: {
    allowed: "a tenant's GUID or one of its verified domains (default: the deployer's tenant)",
    example: "partner.example",
  },
  displayName: {
    allowed: "a text of 1 to 120 characters; not with existingApplication",
    example: "'Partner Center Web App'",
  },
  existingApplication: {
    allowed: "the client id or object id (GUID) of an application to adopt (default: one is made)",
    example: "<client id>",
  },
  changeSignInAudience: {
    allowed: "true or false (default false: an adopted application that admits one organization alone is refused)",
    example: "true",
  },
  configurePreconsent: { allowed: "true or false (default false)", example: "true" },
  owners: {
    allowed: "a list of object ids (default: the deployer); not with existingApplication",
    example: "'[\"<object id>\"]'",
  },
  "owners[]": { allowed: "an object id (GUID)", example: "<object id>" },
  azureManagement: { allowed: "true or false (default false)", example: "true" },
  delegatedGraph: { allowed: "true or false (default false)", example: "true" },
  clientSecret: {
    allowed: "an object: label, endDate, previous; or vaultSecretName alone",
    example: '\'{"label":"initial"}\'',
  },
  "clientSecret.label": {
    allowed: "1 to 32 lower-case letters, digits or dashes (default initial)",
    example: "2027-spring",
  },
  "clientSecret.endDate": {
    allowed:
      "a UTC time like 2027-05-01T00:00:00Z, in the future and at most 2 years away (default: Entra's own two years)",
    example: endOfNextYear,
  },
  "clientSecret.previous": { allowed: "an object: label, endDate", example: '\'{"label":"2026-autumn"}\'' },
  "clientSecret.previous.label": {
    allowed: "the label of the secret being rotated out, not the current one",
    example: "2026-autumn",
  },
  "clientSecret.previous.endDate": {
    allowed: "the end date that secret was declared with",
    example: "2027-05-01T00:00:00Z",
  },
  "clientSecret.vaultSecretName": {
    allowed: "the name of the secret, in an existing vault, of an existing application (default: a secret is made)",
    example: "partner-client-secret",
  },
  vault: {
    allowed:
      "an object: name, resourceGroupName, location, retentionDays, protect, networkRules, readers; or uri alone",
    example: "'{…}'",
  },
  "vault.name": {
    allowed: "3 to 24 letters, digits and single dashes, a letter first, no dash last; unique in the whole cloud",
    example: "contoso-partner-tokens",
  },
  "vault.resourceGroupName": {
    allowed: "1 to 90 letters, digits, and . _ - ( ), no full stop last",
    example: "partner-tokens",
  },
  "vault.location": {
    allowed: "a region of the cloud, such as westeurope, or usgovvirginia in AzureUSGovernment",
    example: "westeurope",
  },
  "vault.retentionDays": {
    allowed: "a whole number of days from 7 to 90 (default 90); fixed once the vault exists",
    example: "90",
  },
  "vault.protect": {
    allowed: "true or false (default true: pulumi destroy refuses to delete the vault)",
    example: "true",
  },
  "vault.networkRules": {
    allowed: "an object: ipRules (default: no restriction)",
    example: '\'{"ipRules":["203.0.113.0/24"]}\'',
  },
  "vault.networkRules.ipRules": {
    allowed: "a list of IPv4 addresses or CIDR ranges",
    example: "'[\"203.0.113.0/24\"]'",
  },
  "vault.networkRules.ipRules[]": { allowed: "an IPv4 address or CIDR range", example: "203.0.113.0/24" },
  "vault.readers": { allowed: "a list of principals that may read the secrets (default none)", example: "'[]'" },
  "vault.readers[]": { allowed: "an object: principalId, principalType", example: "'{…}'" },
  "vault.readers[].principalId": { allowed: "an object id (GUID)", example: "<object id>" },
  "vault.readers[].principalType": { allowed: "User, Group or ServicePrincipal", example: "ServicePrincipal" },
  "vault.uri": {
    allowed: "https://<vault name>.<vault suffix of the cloud>/ of a vault that exists (default: one is made)",
    example: "https://contoso-partner-tokens.vault.azure.net/",
  },
  consent: { allowed: "an object: mode, account, deadlineMinutes, warnBeforeDays, port", example: "'{…}'" },
  "consent.mode": { allowed: "auto, interactive or never (default auto)", example: "auto" },
  "consent.account": {
    allowed: "the user principal name of the service account that signs in; required unless consent.mode is never",
    example: "service-account@partner.example",
  },
  "consent.deadlineMinutes": { allowed: "a whole number of minutes from 1 to 60 (default 10)", example: "10" },
  "consent.warnBeforeDays": { allowed: "a whole number of days from 1 to 89 (default 30)", example: "30" },
  "consent.port": { allowed: "a port from 1024 to 65535 (default 8400)", example: "8400" },
};
