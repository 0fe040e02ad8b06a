/**
 * New directory objects with every property Graph returns, nulls included: to clients an absent property
 * is not a null (the real azuread plugin shows an absent groupMembershipClaims as drift).
 */
import type { Application, ServicePrincipal } from "./context";
import type { FirstPartyApplication } from "./first-party";

const info = () => ({
  logoUrl: null,
  marketingUrl: null,
  privacyStatementUrl: null,
  supportUrl: null,
  termsOfServiceUrl: null,
});
const verifiedPublisher = () => ({ displayName: null, verifiedPublisherId: null, addedDateTime: null });

/** An application with Graph's defaults: single tenant, no redirect URI, no permission, no secret. */
export function newApplication(
  identity: { id: string; appId: string; displayName: string; publisherDomain: string },
  createdDateTime: string,
): Application {
  return {
    id: identity.id,
    deletedDateTime: null,
    appId: identity.appId,
    applicationTemplateId: null,
    disabledByMicrosoftStatus: null,
    createdDateTime,
    displayName: identity.displayName,
    description: null,
    groupMembershipClaims: null,
    identifierUris: [],
    isDeviceOnlyAuthSupported: false,
    isFallbackPublicClient: false,
    nativeAuthenticationApisEnabled: null,
    notes: null,
    publisherDomain: identity.publisherDomain,
    serviceManagementReference: null,
    signInAudience: "AzureADMyOrg",
    tags: [],
    tokenEncryptionKeyId: null,
    uniqueName: null,
    samlMetadataUrl: null,
    defaultRedirectUri: null,
    certification: null,
    optionalClaims: {},
    servicePrincipalLockConfiguration: null,
    requestSignatureVerification: null,
    addIns: [],
    api: {
      acceptMappedClaims: false,
      knownClientApplications: [],
      requestedAccessTokenVersion: 1,
      oauth2PermissionScopes: [],
      preAuthorizedApplications: [],
    },
    appRoles: [],
    info: info(),
    keyCredentials: [],
    parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: "Allow" },
    passwordCredentials: [],
    publicClient: { redirectUris: [] },
    requiredResourceAccess: [],
    verifiedPublisher: verifiedPublisher(),
    web: {
      homePageUrl: null,
      logoutUrl: null,
      redirectUris: [],
      implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
      redirectUriSettings: [],
    },
    spa: { redirectUris: [] },
  };
}

/** A service principal with Graph's defaults, enabled, without permissions of its own. */
export function newServicePrincipal(
  identity: { id: string; appId: string; displayName: string | null; appOwnerOrganizationId: string },
  createdDateTime: string,
): ServicePrincipal {
  return {
    id: identity.id,
    deletedDateTime: null,
    accountEnabled: true,
    alternativeNames: [],
    appDisplayName: identity.displayName,
    appDescription: null,
    appId: identity.appId,
    applicationTemplateId: null,
    appOwnerOrganizationId: identity.appOwnerOrganizationId,
    appRoleAssignmentRequired: false,
    createdDateTime,
    description: null,
    disabledByMicrosoftStatus: null,
    displayName: identity.displayName,
    homepage: null,
    loginUrl: null,
    logoutUrl: null,
    notes: null,
    notificationEmailAddresses: [],
    preferredSingleSignOnMode: null,
    preferredTokenSigningKeyThumbprint: null,
    replyUrls: [],
    servicePrincipalNames: [identity.appId],
    servicePrincipalType: "Application",
    signInAudience: "AzureADMultipleOrgs",
    tags: [],
    tokenEncryptionKeyId: null,
    samlSingleSignOnSettings: null,
    addIns: [],
    appRoles: [],
    info: info(),
    keyCredentials: [],
    oauth2PermissionScopes: [],
    passwordCredentials: [],
    resourceSpecificApplicationPermissions: [],
    verifiedPublisher: verifiedPublisher(),
  };
}

/** The permissions that a first-party resource publishes, in Graph's form. */
export function publishedPermissions(
  resource: FirstPartyApplication,
): Pick<ServicePrincipal, "appRoles" | "oauth2PermissionScopes"> {
  return {
    appRoles: resource.appRoles.map(({ id, value }) => ({
      allowedMemberTypes: ["Application"],
      description: value,
      displayName: value,
      id,
      isEnabled: true,
      origin: "Application",
      value,
    })),
    oauth2PermissionScopes: resource.scopes.map(({ id, value, type }) => ({
      adminConsentDescription: value,
      adminConsentDisplayName: value,
      id,
      isEnabled: true,
      type,
      userConsentDescription: value,
      userConsentDisplayName: value,
      value,
    })),
  };
}
