/** Outputs of an application, from Graph's data. */
import { fields, flag, inSetOrder, items, text, texts, type Value, type Values } from "../base/values";
import { featureTagsOf } from "./feature-tags";
import type { Graph } from "./graph";
import { query } from "./graph";
import { appRoleState, idsByValue, scopeState } from "./published-permissions";

/** Graph's data of one application, from the three requests that are needed. */
export interface FoundApplication {
  application: Values;
  /** Only in the beta version. */
  postResponseRequired: boolean;
  owners: string[];
}

const path = (id: string): string => `/v1.0/applications/${id}`;

/** Undefined when there is no such application. */
export async function findApplication(graph: Graph, id: string): Promise<FoundApplication | undefined> {
  const application = await graph.find(path(id));
  return application === undefined ? undefined : completed(graph, id, application);
}

/** Requests what the application's own document lacks. */
async function completed(graph: Graph, id: string, application: Values): Promise<FoundApplication> {
  const beta = await graph.get(`/beta/applications/${id}${query({ $select: "oauth2RequirePostResponse" })}`);
  const owners = await graph.list(`${path(id)}/owners`);
  return {
    application,
    postResponseRequired: flag(beta["oauth2RequirePostResponse"]),
    owners: owners.map((owner) => text(owner["id"])),
  };
}

const redirectUris = (part: Value | undefined): Values => ({
  redirectUris: inSetOrder(items(fields(part)["redirectUris"])),
});

/** @param kept inputs that Graph does not store. */
export function applicationState(
  { application, postResponseRequired, owners }: FoundApplication,
  kept: Values,
): Values {
  const info = fields(application["info"]);
  return {
    appRoleIds: idsByValue(application["appRoles"]),
    appRoles: inSetOrder(items(application["appRoles"]).map(appRoleState)),
    clientId: text(application["appId"]),
    deviceOnlyAuthEnabled: flag(application["isDeviceOnlyAuthSupported"]),
    disabledByMicrosoft: text(application["disabledByMicrosoftStatus"]),
    displayName: text(application["displayName"]),
    fallbackPublicClientEnabled: flag(application["isFallbackPublicClient"]),
    featureTags: featureTagsOf(application["tags"]),
    groupMembershipClaims: groupMembershipClaims(application["groupMembershipClaims"]),
    id: `/applications/${text(application["id"])}`,
    identifierUris: inSetOrder(items(application["identifierUris"])),
    logoUrl: text(info["logoUrl"]),
    marketingUrl: text(info["marketingUrl"]),
    notes: text(application["notes"]),
    oauth2PermissionScopeIds: idsByValue(fields(application["api"])["oauth2PermissionScopes"]),
    oauth2PostResponseRequired: postResponseRequired,
    objectId: text(application["id"]),
    owners: inSetOrder(owners),
    privacyStatementUrl: text(info["privacyStatementUrl"]),
    publisherDomain: text(application["publisherDomain"]),
    requiredResourceAccesses: inSetOrder(items(application["requiredResourceAccess"]).map(requiredResourceAccess)),
    serviceManagementReference: text(application["serviceManagementReference"]),
    signInAudience: text(application["signInAudience"]),
    supportUrl: text(info["supportUrl"]),
    tags: inSetOrder(items(application["tags"])),
    termsOfServiceUrl: text(info["termsOfServiceUrl"]),
    api: apiState(fields(application["api"])),
    description: text(application["description"]),
    logoImage: "",
    optionalClaims: optionalClaimsState(fields(application["optionalClaims"])),
    password: null,
    preventDuplicateNames: flag(kept["preventDuplicateNames"]),
    publicClient: redirectUris(application["publicClient"]),
    singlePageApplication: redirectUris(application["spa"]),
    templateId: text(application["applicationTemplateId"]),
    web: webState(fields(application["web"])),
  };
}

/** Explicit null means none; an absent property is read as one empty claim and shows as drift (recorded). */
function groupMembershipClaims(claims: Value | undefined): Value[] {
  return claims === null ? [] : inSetOrder(text(claims).split(","));
}

function apiState(api: Values): Values {
  return {
    knownClientApplications: inSetOrder(items(api["knownClientApplications"])),
    mappedClaimsEnabled: flag(api["acceptMappedClaims"]),
    oauth2PermissionScopes: inSetOrder(items(api["oauth2PermissionScopes"]).map(scopeState)),
    requestedAccessTokenVersion: api["requestedAccessTokenVersion"] ?? 1,
  };
}

function requiredResourceAccess(access: Value): Values {
  const { resourceAppId, resourceAccess } = fields(access);
  return {
    resourceAccesses: items(resourceAccess)
      .map(fields)
      .map(({ id, type }) => ({ id: text(id), type: text(type) })),
    resourceAppId: text(resourceAppId),
  };
}

function webState(web: Values): Values {
  const settings = fields(web["implicitGrantSettings"]);
  return {
    homepageUrl: text(web["homePageUrl"]),
    implicitGrant: {
      accessTokenIssuanceEnabled: flag(settings["enableAccessTokenIssuance"]),
      idTokenIssuanceEnabled: flag(settings["enableIdTokenIssuance"]),
    },
    logoutUrl: text(web["logoutUrl"]),
    ...redirectUris(web),
  };
}

function optionalClaimsState(claims: Values): Values {
  const kind = (key: string): Values[] =>
    items(claims[key])
      .map(fields)
      .map(({ additionalProperties, essential, name, source }) => ({
        additionalProperties: texts(additionalProperties),
        essential: flag(essential),
        name: text(name),
        source: text(source),
      }));
  return { accessTokens: kind("accessToken"), idTokens: kind("idToken"), saml2Tokens: kind("saml2Token") };
}
