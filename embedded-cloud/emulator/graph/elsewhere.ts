/**
 * Requests that Graph supports and the emulator does not: https://learn.microsoft.com/graph/api.
 * A path without methods covers everything at and below it; otherwise the methods come first.
 */
const paths = [
  "$batch",
  "$metadata",
  ...below("", [
    ...["admin", "agreementAcceptances", "agreements", "appCatalogs", "applicationTemplates", "auditLogs"],
    ...["authenticationMethodConfigurations", "authenticationMethodsPolicy", "certificateBasedAuthConfiguration"],
    ...["chats", "communications", "compliance", "connections", "contacts", "contracts", "copilot"],
    ...["dataPolicyOperations", "deviceAppManagement", "deviceManagement", "devices", "directoryRoles"],
    ...["directoryRoleTemplates", "domainDnsRecords", "drive", "drives", "education", "employeeExperience", "external"],
    ...["filterOperators", "functions", "groupLifecyclePolicies", "groupSettings", "groupSettingTemplates", "identity"],
    ...["identityGovernance", "identityProtection", "identityProviders", "informationProtection", "invitations"],
    ...["localizations", "partners", "permissionGrants", "places", "planner", "policies", "print", "privacy"],
    ...["reports", "roleManagement", "schemaExtensions", "scopedRoleMemberships", "search", "security", "shares"],
    ...["sites", "solutions", "storage", "subscribedSkus", "subscriptions", "teams", "teamsTemplates", "teamwork"],
    ...["tenantRelationships", "termStore"],
  ]),
  ...below("applications/{id}", [
    ...["addKey", "appManagementPolicies", "checkMemberGroups", "checkMemberObjects", "createdOnBehalfOf"],
    ...["extensionProperties", "getMemberGroups", "getMemberObjects", "homeRealmDiscoveryPolicies", "logo"],
    ...["removeKey", "setVerifiedPublisher", "synchronization", "tokenIssuancePolicies", "tokenLifetimePolicies"],
    ...["unsetVerifiedPublisher"],
  ]),
  ...below("servicePrincipals/{id}", [
    ...["addKey", "addPassword", "addTokenSigningCertificate", "appManagementPolicies", "checkMemberGroups"],
    ...["checkMemberObjects", "claimsMappingPolicies", "createdObjects", "delegatedPermissionClassifications"],
    ...["endpoints", "federatedIdentityCredentials", "getMemberGroups", "getMemberObjects"],
    ...["homeRealmDiscoveryPolicies", "memberOf", "oauth2PermissionGrants", "ownedObjects"],
    ...["remoteDesktopSecurityConfiguration", "removeKey", "removePassword", "synchronization"],
    ...["tokenIssuancePolicies", "tokenLifetimePolicies", "transitiveMemberOf"],
  ]),
  "POST servicePrincipals/{id}/appRoleAssignments",
  "servicePrincipals/{id}/appRoleAssignments/{id}",
  "POST groups",
  // Groups, users and the signed-in user have dozens of relations, from all of Microsoft's products.
  "groups/{id}",
  "POST users",
  "users/{id}",
  "me",
  "POST domains",
  "domains/{id}",
  "organization/{id}",
  "POST directoryObjects",
  "directoryObjects/{id}",
  ...below("directoryObjects", ["getAvailableExtensionProperties", "getByIds", "validateProperties"]),
  "GET PATCH directory",
  ...below("directory", [
    ...["administrativeUnits", "attributeSets", "customSecurityAttributeDefinitions", "deviceLocalCredentials"],
    ...["federationConfigurations", "onPremisesSynchronization", "publicKeyInfrastructure", "subscriptions"],
  ]),
  ...below("directory/deletedItems", ["getByIds", "getAvailableExtensionProperties", "validateProperties"]),
];

function below(path: string, names: readonly string[]): string[] {
  return names.map((name) => (path === "" ? name : `${path}/${name}`));
}

/** The same, parsed. */
export const elsewhere = paths.map((text) => {
  const words = text.split(" ");
  const methods = words.slice(0, -1);
  return { methods, path: (words.at(-1) ?? "").split("/"), isOpen: methods.length === 0 };
});
