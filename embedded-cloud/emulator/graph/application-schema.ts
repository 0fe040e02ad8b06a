import { createHash } from "node:crypto";
import * as v from "valibot";
import type { Application } from "../context";
import { newApplication } from "../directory-objects";
import { without, type Properties } from "./body";
import { filters, type Kind } from "./kinds";
import { redirectUris } from "./redirect-uris";

/** Only its property names are wanted. */
const nobody = { id: "", appId: "", displayName: "", publisherDomain: "" };

export const applicationKind: Kind = {
  set: "applications",
  type: "application",
  properties: ["oauth2RequirePostResponse", ...Object.keys(newApplication(nobody, ""))],
  selectable: ["oauth2RequirePostResponse"],
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

const readOnly = ["id", "appId", "createdDateTime", "deletedDateTime", "publisherDomain", "applicationTemplateId"];

/** Names a request may set. */
export const writableNames: ReadonlySet<string> = new Set(
  ["oauth2RequirePostResponse", ...Object.keys(newApplication(nobody, ""))].filter((name) => !readOnly.includes(name)),
);

export const readOnlyNames: ReadonlySet<string> = new Set(readOnly);

const guid = v.pipe(v.string(), v.uuid());

/** The properties whose values Graph checks. The first name of an issue's path is the property it refuses. */
export const applicationValues = v.looseObject({
  displayName: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(256))),
  signInAudience: v.optional(
    v.picklist([
      "AzureADMyOrg",
      "AzureADMultipleOrgs",
      "AzureADandPersonalMicrosoftAccount",
      "PersonalMicrosoftAccount",
    ]),
  ),
  identifierUris: v.optional(v.array(v.pipe(v.string(), v.maxLength(255)))),
  tags: v.optional(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(256)))),
  requiredResourceAccess: v.optional(
    v.pipe(
      v.array(
        v.looseObject({
          resourceAppId: guid,
          resourceAccess: v.array(v.looseObject({ id: guid, type: v.picklist(["Role", "Scope"]) })),
        }),
      ),
      v.check((entries) => new Set(entries.map((entry) => entry.resourceAppId)).size === entries.length),
    ),
  ),
  web: v.optional(v.looseObject({ redirectUris: v.optional(redirectUris) })),
  spa: v.optional(v.looseObject({ redirectUris: v.optional(redirectUris) })),
  publicClient: v.optional(v.looseObject({ redirectUris: v.optional(redirectUris) })),
});

/** The application as Graph shows it: no secrets, and the resources it requires in an order that is nobody's. */
export function renderApplication(application: Application): Properties {
  return {
    oauth2RequirePostResponse: false,
    // Federated credentials are a relation of their own, read under their own address.
    ...without(application, "federatedIdentityCredentials"),
    requiredResourceAccess: inStoredOrder(application.requiredResourceAccess),
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
