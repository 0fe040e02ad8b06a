/** Inputs of azuread.Application. */
import type { Properties, Property } from "../base/plugin";
import { empty, noneOf, noPath, notUuid } from "./problems";
import { APP_ROLES, PERMISSION_SCOPES } from "./published-permission-properties";

const TEXT: Property = { type: "string" };
const FLAG: Property = { type: "boolean" };
const TEXTS: Property = { type: "set", of: TEXT };
const redirectUris = (of: Property): Property => ({
  type: "object",
  properties: { redirectUris: { type: "set", of } },
});

export const FEATURE_TAGS: Property = {
  type: "list",
  computed: true,
  of: { type: "object", properties: { customSingleSignOn: FLAG, enterprise: FLAG, gallery: FLAG, hide: FLAG } },
};

const CLAIMS: Property = {
  type: "list",
  of: {
    type: "object",
    properties: {
      additionalProperties: { type: "list", of: TEXT },
      essential: FLAG,
      name: { type: "string", required: true },
      source: TEXT,
    },
  },
};

/** The order of one resource's permissions counts, that of the resources does not (recorded). */
const REQUIRED_RESOURCE_ACCESSES: Property = {
  type: "set",
  argument: "required_resource_access",
  of: {
    type: "object",
    properties: {
      resourceAccesses: {
        type: "list",
        required: true,
        argument: "resource_access",
        of: {
          type: "object",
          properties: {
            id: { type: "string", required: true, problem: notUuid },
            type: { type: "string", required: true, problem: noneOf("Role", "Scope") },
          },
        },
      },
      resourceAppId: { type: "string", required: true },
    },
  },
};

export const AUDIENCES = {
  own: "AzureADMyOrg",
  organizations: "AzureADMultipleOrgs",
  all: "AzureADandPersonalMicrosoftAccount",
  personal: "PersonalMicrosoftAccount",
} as const;

export const APPLICATION_PROPERTIES: Properties = {
  api: {
    type: "object",
    properties: {
      knownClientApplications: { type: "set", of: { type: "string", problem: notUuid } },
      mappedClaimsEnabled: FLAG,
      oauth2PermissionScopes: PERMISSION_SCOPES,
      requestedAccessTokenVersion: { type: "number", default: 1 },
    },
  },
  appRoles: APP_ROLES,
  description: TEXT,
  deviceOnlyAuthEnabled: FLAG,
  displayName: { type: "string", required: true, problem: empty },
  fallbackPublicClientEnabled: FLAG,
  featureTags: FEATURE_TAGS,
  groupMembershipClaims: {
    type: "set",
    of: { type: "string", problem: noneOf("None", "SecurityGroup", "DirectoryRole", "ApplicationGroup", "All") },
  },
  identifierUris: TEXTS,
  logoImage: { type: "string", refused: "The local azuread plugin stores no logos: leave logoImage out" },
  marketingUrl: TEXT,
  notes: TEXT,
  oauth2PostResponseRequired: FLAG,
  optionalClaims: { type: "object", properties: { accessTokens: CLAIMS, idTokens: CLAIMS, saml2Tokens: CLAIMS } },
  owners: { type: "set", of: { type: "string", problem: notUuid } },
  password: {
    type: "object",
    properties: {},
    refused: "The local azuread plugin has no inline passwords: declare an ApplicationPassword",
  },
  preventDuplicateNames: FLAG,
  privacyStatementUrl: TEXT,
  publicClient: redirectUris(TEXT),
  requiredResourceAccesses: REQUIRED_RESOURCE_ACCESSES,
  serviceManagementReference: TEXT,
  signInAudience: {
    type: "string",
    default: AUDIENCES.own,
    problem: noneOf(AUDIENCES.own, AUDIENCES.organizations, AUDIENCES.all, AUDIENCES.personal),
  },
  singlePageApplication: redirectUris({ type: "string", problem: noPath }),
  supportUrl: TEXT,
  tags: { type: "set", of: TEXT, computed: true },
  templateId: { type: "string", computed: true },
  termsOfServiceUrl: TEXT,
  web: {
    type: "object",
    properties: {
      homepageUrl: TEXT,
      implicitGrant: { type: "object", properties: { accessTokenIssuanceEnabled: FLAG, idTokenIssuanceEnabled: FLAG } },
      logoutUrl: TEXT,
      redirectUris: { type: "set", of: { type: "string", problem: noPath } },
    },
  },
};
