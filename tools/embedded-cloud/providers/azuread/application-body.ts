/** Request bodies for an application in Graph. */
import { fields, flag, items, text, texts, type Value, type Values } from "../base/values";
import { tagsFor } from "./feature-tags";
import { orNull } from "./or-null";
import { toGraph } from "./published-permissions";

export const applicationType = "#microsoft.graph.application";

const redirectUris = (part: Value | undefined): Values => ({
  redirectUris: items(fields(part)["redirectUris"]),
});

/** The body of an update: complete except for parts that are sent only on a condition (recorded). */
export function applicationBody(inputs: Values, state: Values): Values {
  const api = fields(inputs["api"]);
  return {
    "@odata.type": applicationType,
    api: {
      acceptMappedClaims: flag(api["mappedClaimsEnabled"]),
      knownClientApplications: items(api["knownClientApplications"]),
      requestedAccessTokenVersion: api["requestedAccessTokenVersion"] ?? 1,
    },
    description: orNull(inputs["description"]),
    displayName: text(inputs["displayName"]),
    groupMembershipClaims: orNull(texts(inputs["groupMembershipClaims"]).join(",")),
    info: {
      marketingUrl: orNull(inputs["marketingUrl"]),
      privacyStatementUrl: orNull(inputs["privacyStatementUrl"]),
      supportUrl: orNull(inputs["supportUrl"]),
      termsOfServiceUrl: orNull(inputs["termsOfServiceUrl"]),
    },
    isDeviceOnlyAuthSupported: flag(inputs["deviceOnlyAuthEnabled"]),
    isFallbackPublicClient: flag(inputs["fallbackPublicClientEnabled"]),
    notes: orNull(inputs["notes"]),
    publicClient: redirectUris(inputs["publicClient"]),
    requiredResourceAccess: items(inputs["requiredResourceAccesses"]).map(fields).map(requiredResourceAccess),
    serviceManagementReference: orNull(inputs["serviceManagementReference"]),
    signInAudience: text(inputs["signInAudience"]),
    spa: redirectUris(inputs["singlePageApplication"]),
    tags: tagsFor(inputs, state),
    web: webBody(fields(inputs["web"])),
  };
}

/** The parts sent at creation and when they change. */
export function conditionalParts(inputs: Values): Readonly<Record<string, Values>> {
  return {
    appRoles: { appRoles: items(inputs["appRoles"]).map(toGraph) },
    identifierUris: { identifierUris: items(inputs["identifierUris"]) },
    optionalClaims: { optionalClaims: optionalClaims(fields(inputs["optionalClaims"])) },
  };
}

/** Delegated permissions published by the application: part of `api`. */
export const publishedScopes = (inputs: Values): Values[] =>
  items(fields(inputs["api"])["oauth2PermissionScopes"]).map(toGraph);

function requiredResourceAccess({ resourceAppId, resourceAccesses }: Values): Values {
  return {
    resourceAccess: items(resourceAccesses)
      .map(fields)
      .map(({ id, type }) => ({ id: id ?? null, type: type ?? null })),
    resourceAppId: resourceAppId ?? null,
  };
}

function webBody(web: Values): Values {
  const grant = fields(web["implicitGrant"]);
  return {
    homePageUrl: orNull(web["homepageUrl"]),
    implicitGrantSettings: {
      enableAccessTokenIssuance: flag(grant["accessTokenIssuanceEnabled"]),
      enableIdTokenIssuance: flag(grant["idTokenIssuanceEnabled"]),
    },
    logoutUrl: orNull(web["logoutUrl"]),
    redirectUris: items(web["redirectUris"]),
  };
}

const claimKinds = { accessTokens: "accessToken", idTokens: "idToken", saml2Tokens: "saml2Token" };

function optionalClaims(claims: Values): Values {
  const given = Object.entries(claimKinds).filter(([key]) => items(claims[key]).length > 0);
  return Object.fromEntries(given.map(([key, kind]) => [kind, items(claims[key]).map(fields).map(claimBody)]));
}

function claimBody({ additionalProperties, essential, name, source }: Values): Values {
  return {
    additionalProperties: items(additionalProperties),
    essential: flag(essential),
    name: name ?? null,
    source: orNull(source),
  };
}
