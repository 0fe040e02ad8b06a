/** Outputs of a service principal, from Graph's data. */
import { fields, flag, inSetOrder, items, text, texts, type Value, type Values } from "../base/values";
import { featureTagsOf } from "./feature-tags";
import { query, type Graph } from "./graph";
import { appRoleState, idsByValue, scopeState } from "./published-permissions";

/** Only in the beta version. */
export async function samlMetadataUrl(graph: Graph, id: string): Promise<string> {
  const beta = await graph.get(`/beta/servicePrincipals/${id}${query({ $select: "samlMetadataUrl" })}`);
  return text(beta["samlMetadataUrl"]);
}

/** Properties with the same names and shape in a lookup. */
export function commonServicePrincipalState(found: Values, samlMetadata: string): Values {
  const featureTags = featureTagsOf(found["tags"]);
  const clientId = text(found["appId"]);
  return {
    accountEnabled: flag(found["accountEnabled"]),
    alternativeNames: inSetOrder(items(found["alternativeNames"])),
    appRoleAssignmentRequired: flag(found["appRoleAssignmentRequired"]),
    appRoleIds: idsByValue(found["appRoles"]),
    appRoles: items(found["appRoles"]).map(appRoleState),
    applicationTenantId: text(found["appOwnerOrganizationId"]),
    clientId,
    description: text(found["description"]),
    displayName: text(found["displayName"]),
    featureTags,
    features: [featuresOf(fields(items(featureTags)[0]))],
    homepageUrl: text(found["homepage"]),
    id: `/servicePrincipals/${text(found["id"])}`,
    loginUrl: text(found["loginUrl"]),
    logoutUrl: text(found["logoutUrl"]),
    notes: text(found["notes"]),
    notificationEmailAddresses: inSetOrder(items(found["notificationEmailAddresses"])),
    oauth2PermissionScopeIds: idsByValue(found["oauth2PermissionScopes"]),
    oauth2PermissionScopes: items(found["oauth2PermissionScopes"]).map(scopeState),
    objectId: text(found["id"]),
    preferredSingleSignOnMode: text(found["preferredSingleSignOnMode"]),
    redirectUris: items(found["replyUrls"]),
    samlMetadataUrl: samlMetadata,
    servicePrincipalNames: texts(found["servicePrincipalNames"]).filter((name) => name !== clientId),
    signInAudience: text(found["signInAudience"]),
    tags: inSetOrder(items(found["tags"])),
    type: text(found["servicePrincipalType"]),
  };
}

function featuresOf(tags: Values): Value {
  return {
    customSingleSignOnApp: flag(tags["customSingleSignOn"]),
    enterpriseApplication: flag(tags["enterprise"]),
    galleryApplication: flag(tags["gallery"]),
    visibleToUsers: !flag(tags["hide"]),
  };
}

/** @param useExisting from the program: Graph does not store it. */
export async function servicePrincipalState(graph: Graph, found: Values, useExisting: Value): Promise<Values> {
  const id = text(found["id"]);
  const common = commonServicePrincipalState(found, await samlMetadataUrl(graph, id));
  const owners = await graph.list(`/v1.0/servicePrincipals/${id}/owners`);
  return {
    ...common,
    owners: inSetOrder(owners.map((owner) => text(owner["id"]))),
    samlSingleSignOn: { relayState: text(fields(found["samlSingleSignOnSettings"])["relayState"]) },
    useExisting,
  };
}
