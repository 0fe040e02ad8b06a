/** Inputs of azuread.Application. */
import type { Properties, Property } from "../base/plugin";
import { empty, noneOf, noPath, notUuid } from "./problems";
import { appRoles, permissionScopes } from "./published-permission-properties";

const text: Property = { type: "string" };
const flag: Property = { type: "boolean" };
const texts: Property = { type: "set", of: text };
const redirectUris = (of: Property): Property => ({
  type: "object",
  properties: { redirectUris: { type: "set", of } },
});

export const featureTags: Property = {
  type: "list",
  computed: true,
  of: { type: "object", properties: { customSingleSignOn: flag, enterprise: flag, gallery: flag, hide: flag } },
};

const claims: Property = {
  type: "list",
  of: {
    type: "object",
    properties: {
      additionalProperties: { type: "list", of: text },
      essential: flag,
      name: { type: "string", required: true },
      source: text,
    },
  },
};

/** The order of one resource's permissions matters, that of the resources does not (recorded). */
const requiredResourceAccesses: Property = {
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

export const audiences = {
  own: "AzureADMyOrg",
  organizations: "AzureADMultipleOrgs",
  all: "AzureADandPersonalMicrosoftAccount",
  personal: "PersonalMicrosoftAccount",
} as const;

export const applicationProperties: Properties = {
  api: {
    type: "object",
    properties: {
      knownClientApplications: { type: "set", of: { type: "string", problem: notUuid } },
      mappedClaimsEnabled: flag,
      oauth2PermissionScopes: permissionScopes,
      requestedAccessTokenVersion: { type: "number", default: 1 },
    },
  },
  appRoles,
  description: text,
  deviceOnlyAuthEnabled: flag,
  displayName: { type: "string", required: true, problem: empty },
  fallbackPublicClientEnabled: flag,
  featureTags,
  groupMembershipClaims: {
    type: "set",
    of: { type: "string", problem: noneOf("None", "SecurityGroup", "DirectoryRole", "ApplicationGroup", "All") },
  },
  identifierUris: texts,
  logoImage: { type: "string", refused: "The local azuread plugin stores no logos: leave logoImage out" },
  marketingUrl: text,
  notes: text,
  oauth2PostResponseRequired: flag,
  optionalClaims: { type: "object", properties: { accessTokens: claims, idTokens: claims, saml2Tokens: claims } },
  owners: { type: "set", of: { type: "string", problem: notUuid } },
  password: {
    type: "object",
    properties: {},
    refused: "The local azuread plugin has no inline passwords: declare an ApplicationPassword",
  },
  preventDuplicateNames: flag,
  privacyStatementUrl: text,
  publicClient: redirectUris(text),
  requiredResourceAccesses,
  serviceManagementReference: text,
  signInAudience: {
    type: "string",
    default: audiences.own,
    problem: noneOf(audiences.own, audiences.organizations, audiences.all, audiences.personal),
  },
  singlePageApplication: redirectUris({ type: "string", problem: noPath }),
  supportUrl: text,
  tags: { type: "set", of: text, computed: true },
  templateId: { type: "string", computed: true },
  termsOfServiceUrl: text,
  web: {
    type: "object",
    properties: {
      homepageUrl: text,
      implicitGrant: { type: "object", properties: { accessTokenIssuanceEnabled: flag, idTokenIssuanceEnabled: flag } },
      logoutUrl: text,
      redirectUris: { type: "set", of: { type: "string", problem: noPath } },
    },
  },
};
