import type { Application, ServicePrincipal, Tenant } from "../context";
import { isProperties, type Properties } from "./body";
import type { Kind } from "./replies";

export const servicePrincipalKind: Kind = {
  set: "servicePrincipals",
  type: "servicePrincipal",
  selectable: ["samlMetadataUrl"],
};

/** What a service principal takes over from its application, at creation and, in the home tenant, at every change. */
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

/** The service principal as Graph shows it. */
export function renderServicePrincipal(servicePrincipal: ServicePrincipal): Properties {
  return { samlMetadataUrl: null, ...servicePrincipal };
}
