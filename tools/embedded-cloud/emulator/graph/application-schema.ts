import { createHash } from "node:crypto";
import type { Application } from "../context";
import { newApplication } from "../directory-objects";
import { without, type Properties } from "./body";
import type { Kind } from "./kinds";

/** Only its property names are used. */
const nobody = { id: "", appId: "", displayName: "", publisherDomain: "" };

export const applicationKind: Kind = {
  set: "applications",
  type: "application",
  properties: ["oauth2RequirePostResponse", ...Object.keys(newApplication(nobody, ""))],
  selectable: ["oauth2RequirePostResponse"],
  writtenElsewhere: [
    ...["addIns", "defaultRedirectUri", "nativeAuthenticationApisEnabled", "oauth2RequirePostResponse"],
    ...["parentalControlSettings", "requestSignatureVerification", "samlMetadataUrl", "tokenEncryptionKeyId"],
    "uniqueName",
  ],
  filterable: { appId: ["eq"], displayName: ["eq", "startswith"], identifierUris: ["any"] },
};

/** Graph returns certificates only if one application's `keyCredentials` are selected. */
export const renderWithKeys = (application: Application): Properties => ({
  ...renderApplication(application),
  keyCredentials: application.keyCredentials,
});

/** As Graph returns it: without secrets, and with the required resources in an arbitrary order. */
export function renderApplication(application: Application): Properties {
  return {
    oauth2RequirePostResponse: false,
    // Federated credentials are a separate relation with its own address.
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

/** Graph stores the resources as a set, but the permissions of each in order: clients must compare so. */
function inStoredOrder(entries: Application["requiredResourceAccess"]): Application["requiredResourceAccess"] {
  const rank = (appId: string): string => createHash("sha256").update(appId).digest("hex");
  return entries.toSorted((a, b) => rank(a.resourceAppId).localeCompare(rank(b.resourceAppId)));
}
