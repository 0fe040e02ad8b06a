import { createHash } from "node:crypto";
import type { Application } from "../context";
import { newApplication } from "../directory-objects";
import { without, type Properties } from "./body";
import { filters, type Kind } from "./kinds";

/** Only its property names are wanted. */
const nobody = { id: "", appId: "", displayName: "", publisherDomain: "" };

export const applicationKind: Kind = {
  set: "applications",
  type: "application",
  properties: ["oauth2RequirePostResponse", ...Object.keys(newApplication(nobody, ""))],
  selectable: ["oauth2RequirePostResponse"],
  writtenElsewhere: ["uniqueName"],
  relations: [
    ...["appManagementPolicies", "createdOnBehalfOf", "extensionProperties", "federatedIdentityCredentials"],
    ...["homeRealmDiscoveryPolicies", "owners", "synchronization", "tokenIssuancePolicies", "tokenLifetimePolicies"],
  ],
  filterable: {
    id: filters.exact,
    appId: filters.exact,
    createdDateTime: filters.instant,
    deletedDateTime: filters.instant,
    description: filters.advancedText,
    displayName: filters.text,
    identifierUris: filters.texts,
    publisherDomain: filters.text,
    signInAudience: filters.exact,
    tags: filters.texts,
    uniqueName: filters.text,
  },
  sortable: { createdDateTime: "advanced", deletedDateTime: "advanced", displayName: "advanced" },
};

/** The same, with its certificates: Graph shows them where one application's `keyCredentials` are selected, and nowhere else. */
export const renderWithKeys = (application: Application): Properties => ({
  ...renderApplication(application),
  keyCredentials: application.keyCredentials,
});

/** The application as Graph shows it: no secrets, and the resources it requires in an order that is nobody's. */
export function renderApplication(application: Application): Properties {
  return {
    oauth2RequirePostResponse: false,
    // Federated credentials are a relation of their own, read under their own address.
    ...without(application, "federatedIdentityCredentials"),
    requiredResourceAccess: inStoredOrder(application.requiredResourceAccess),
    keyCredentials: application.keyCredentials.map((credential) => ({ ...credential, key: null })),
    passwordCredentials: application.passwordCredentials.map((credential) => ({
      customKeyIdentifier: null,
      ...without({ ...credential }, "secretHash"),
      secretText: null,
    })),
  };
}

/** Graph keeps the resources as a set, and the order inside each one as given: clients must compare accordingly. */
function inStoredOrder(entries: Application["requiredResourceAccess"]): Application["requiredResourceAccess"] {
  const rank = (appId: string): string => createHash("sha256").update(appId).digest("hex");
  return entries.toSorted((a, b) => rank(a.resourceAppId).localeCompare(rank(b.resourceAppId)));
}
