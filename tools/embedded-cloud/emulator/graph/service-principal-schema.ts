import type { Application, ServicePrincipal, Tenant } from "../context";
import { isProperties, type Properties } from "./body";
import { newServicePrincipal } from "../directory-objects";
import type { Kind } from "./kinds";

/** Only its property names are used. */
const nobody = { id: "", appId: "", displayName: "", appOwnerOrganizationId: "" };

export const servicePrincipalKind: Kind = {
  set: "servicePrincipals",
  type: "servicePrincipal",
  properties: ["samlMetadataUrl", ...Object.keys(newServicePrincipal(nobody, ""))],
  selectable: ["samlMetadataUrl"],
  writtenElsewhere: [
    ...["addIns", "appRoles", "displayName", "homepage", "info", "keyCredentials", "logoutUrl"],
    ...["oauth2PermissionScopes", "passwordCredentials", "preferredTokenSigningKeyThumbprint", "replyUrls"],
    ...["servicePrincipalNames", "servicePrincipalType", "tokenEncryptionKeyId"],
  ],
  filterable: { appId: ["eq"], displayName: ["eq"], servicePrincipalNames: ["any"] },
};

/** What a service principal copies from its application: at creation and, at home, at every change. */
export function publishedProperties(home: Tenant, application: Application): Properties {
  const api = isProperties(application["api"]) ? application["api"] : {};
  const platforms = [application.web, application["spa"], application["publicClient"]];
  return {
    appId: application.appId,
    displayName: application.displayName,
    appDisplayName: application.displayName,
    appDescription: application["description"] ?? null,
    appOwnerOrganizationId: home.id,
    appRoles: application["appRoles"] ?? [],
    oauth2PermissionScopes: api["oauth2PermissionScopes"] ?? [],
    replyUrls: platforms.flatMap((platform) => (isProperties(platform) ? (platform["redirectUris"] ?? []) : [])),
    servicePrincipalNames: [...application.identifierUris, application.appId],
    signInAudience: application.signInAudience,
  };
}

/** The service principal as Graph returns it. */
export function renderServicePrincipal(servicePrincipal: ServicePrincipal): Properties {
  return { samlMetadataUrl: null, ...servicePrincipal };
}
