/**
 * What a request may set: https://learn.microsoft.com/graph/api/resources/application. Limits of lists:
 * https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation.
 */
import * as v from "valibot";
import { strictObject } from "../strict-json";
import { redirectUris, webRedirectUris } from "./redirect-uris";
import { address, anyText, areDifferent, binary, flag, guid, instant, someText, textOf } from "./values";

const mostResources = 50;
const mostPermissions = 400;

/** Of roles and of delegated permissions: no spaces, no leading dot. */
const value = v.nullish(v.pipe(v.string(), v.maxLength(120), v.regex(/^(?:[^\s."\\][^\s"\\]*)?$/)));

const permissionScope = strictObject({
  id: guid,
  adminConsentDescription: someText(1024),
  adminConsentDisplayName: someText(256),
  isEnabled: flag,
  origin: anyText,
  type: v.nullish(v.picklist(["User", "Admin"])),
  userConsentDescription: textOf(1024),
  userConsentDisplayName: textOf(256),
  value,
});

const appRole = strictObject({
  id: guid,
  allowedMemberTypes: v.pipe(v.array(v.picklist(["User", "Application"])), v.minLength(1)),
  description: someText(1024),
  displayName: someText(256),
  isEnabled: flag,
  origin: anyText,
  value,
});

const published = <Schema extends typeof permissionScope | typeof appRole>(schema: Schema) =>
  v.pipe(
    v.array(schema),
    v.check((entries) => areDifferent(entries.map(({ id }) => id))),
    v.check((entries) => areDifferent(entries.map((entry) => entry.value))),
  );

const optionalClaims = v.nullish(
  v.array(
    strictObject({
      name: v.string(),
      source: anyText,
      essential: flag,
      additionalProperties: v.optional(v.array(v.string())),
    }),
  ),
);

const keyCredential = v.pipe(
  strictObject({
    /** az names the type. */
    "@odata.type": v.optional(v.literal("#microsoft.graph.keyCredential")),
    customKeyIdentifier: v.nullish(v.string()),
    displayName: textOf(90),
    endDateTime: v.nullish(instant),
    hasExtendedValue: flag,
    key: v.nullish(binary),
    keyId: v.nullish(guid),
    startDateTime: v.nullish(instant),
    type: v.picklist(["AsymmetricX509Cert", "X509CertAndPassword"]),
    usage: v.picklist(["Verify", "Sign"]),
  }),
  v.check(({ startDateTime: start, endDateTime: end }) => !start || !end || Date.parse(start) < Date.parse(end)),
);

/** New ones are refused whatever they contain: only addPassword creates them. */
const passwordCredential = strictObject({
  customKeyIdentifier: anyText,
  displayName: anyText,
  endDateTime: v.nullish(instant),
  hint: anyText,
  keyId: v.nullish(guid),
  secretText: anyText,
  startDateTime: v.nullish(instant),
});

const requiredResourceAccess = v.pipe(
  v.array(
    strictObject({
      resourceAppId: guid,
      resourceAccess: v.pipe(
        v.array(strictObject({ id: guid, type: v.picklist(["Role", "Scope"]) })),
        v.check((entries) => areDifferent(entries.map(({ id, type }) => `${type} ${id}`))),
      ),
    }),
  ),
  v.maxLength(mostResources),
  v.check((entries) => areDifferent(entries.map(({ resourceAppId }) => resourceAppId))),
  v.check((entries) => entries.flatMap(({ resourceAccess }) => resourceAccess).length <= mostPermissions),
);

export const applicationBody = v.strictObject({
  api: v.optional(
    strictObject({
      acceptMappedClaims: flag,
      knownClientApplications: v.optional(v.array(guid)),
      oauth2PermissionScopes: v.optional(published(permissionScope)),
      preAuthorizedApplications: v.optional(
        v.array(strictObject({ appId: guid, delegatedPermissionIds: v.optional(v.array(guid)) })),
      ),
      requestedAccessTokenVersion: v.nullish(v.picklist([1, 2])),
    }),
  ),
  appRoles: v.optional(published(appRole)),
  description: textOf(1024),
  displayName: v.optional(someText(256)),
  groupMembershipClaims: v.nullish(
    v.pipe(v.string(), v.regex(/^(?:(?:None|All|SecurityGroup|DirectoryRole|ApplicationGroup)(?:,\s*|$))*$/)),
  ),
  identifierUris: v.optional(
    v.pipe(
      v.array(someText(255)),
      v.check((uris) => areDifferent(uris)),
    ),
  ),
  info: v.optional(
    strictObject({
      marketingUrl: address,
      privacyStatementUrl: address,
      supportUrl: address,
      termsOfServiceUrl: address,
    }),
  ),
  isDeviceOnlyAuthSupported: flag,
  isFallbackPublicClient: flag,
  keyCredentials: v.optional(v.array(keyCredential)),
  notes: textOf(1024),
  optionalClaims: v.nullish(
    strictObject({ accessToken: optionalClaims, idToken: optionalClaims, saml2Token: optionalClaims }),
  ),
  passwordCredentials: v.optional(v.array(passwordCredential)),
  publicClient: v.optional(strictObject({ redirectUris: v.optional(redirectUris) })),
  requiredResourceAccess: v.optional(requiredResourceAccess),
  serviceManagementReference: anyText,
  servicePrincipalLockConfiguration: v.nullish(
    strictObject({
      allProperties: flag,
      credentialsWithUsageSign: flag,
      credentialsWithUsageVerify: flag,
      isEnabled: flag,
      tokenEncryptionKeyId: flag,
    }),
  ),
  signInAudience: v.optional(
    v.picklist([
      "AzureADMyOrg",
      "AzureADMultipleOrgs",
      "AzureADandPersonalMicrosoftAccount",
      "PersonalMicrosoftAccount",
    ]),
  ),
  spa: v.optional(strictObject({ redirectUris: v.optional(webRedirectUris()) })),
  tags: v.optional(v.array(someText(256))),
  web: v.optional(
    strictObject({
      homePageUrl: address,
      implicitGrantSettings: v.nullish(strictObject({ enableAccessTokenIssuance: flag, enableIdTokenIssuance: flag })),
      logoutUrl: v.nullish(
        v.pipe(
          v.string(),
          v.maxLength(255),
          v.check((text) => text === "" || URL.canParse(text)),
        ),
      ),
      redirectUris: v.optional(webRedirectUris({ outOfBand: true })),
      redirectUriSettings: v.optional(v.array(strictObject({ index: v.nullish(v.number()), uri: v.string() }))),
    }),
  ),
});
