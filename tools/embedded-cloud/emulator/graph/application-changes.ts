import type { Application, PasswordCredential, Tenant } from "../context";
import { applicationBody } from "./application-body";
import { applicationKind } from "./application-schema";
import type { GraphContext } from "./authorization";
import { checkedBody, invalidValue, isProperties, mergeProperties, type Properties } from "./body";
import { refuseForbiddenKey, refuseForbiddenUri } from "./credential-policies";
import { servicePrincipalsOf } from "./deleted-objects";
import { badRequest } from "./errors";
import { checkIdentifierUris } from "./identifier-uris";
import { isForAudience, isForPersonalAccounts, redirectUriLimit } from "./redirect-uris";
import { storedKeys } from "./key-credentials";
import { publishedProperties } from "./service-principal-schema";

/** Checks a request's properties and applies them to an application, or refuses the whole request. */
export function changeApplication(c: GraphContext, application: Application, body: Properties): void {
  const tenant = c.get("tenant");
  const change = checkedBody(c, applicationKind, applicationBody, body, application);
  checkIdentifierUris(tenant, application, change.identifierUris ?? []);
  const merged = mergeProperties(application, change);
  checkAudience(merged);
  const receivesV2 = isProperties(merged["api"]) && merged["api"]["requestedAccessTokenVersion"] === 2;
  const added = (change.identifierUris ?? []).filter((uri) => !application.identifierUris.includes(uri));
  for (const uri of added) refuseForbiddenUri(tenant, application, uri, receivesV2);
  if (change.passwordCredentials !== undefined) {
    merged["passwordCredentials"] = keptPasswords(application.passwordCredentials, change.passwordCredentials);
  }
  if (change.keyCredentials !== undefined) {
    const keys = storedKeys(application, change.keyCredentials);
    const known = new Set(application.keyCredentials.map(({ keyId }) => keyId));
    for (const key of keys.filter(({ keyId }) => !known.has(keyId))) refuseForbiddenKey(tenant, key);
    merged["keyCredentials"] = keys;
  }
  Object.assign(application, merged);
  publish(tenant, application);
}

/** Copies the application's properties to its service principals. */
function publish(tenant: Tenant, application: Application): void {
  for (const servicePrincipal of servicePrincipalsOf(tenant, application.appId)) {
    Object.assign(servicePrincipal, publishedProperties(tenant, application));
  }
}

/** Source: https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation. */
function checkAudience(application: Properties): void {
  const audience = String(application["signInAudience"]);
  const uris = redirectUrisOf(application);
  if (uris.length > redirectUriLimit(audience) || uris.some((uri) => !isForAudience(uri, audience))) {
    throw badRequest(invalidValue("redirectUris", applicationKind));
  }
  const api = isProperties(application["api"]) ? application["api"] : {};
  if (isForPersonalAccounts(audience) && api["requestedAccessTokenVersion"] !== 2) {
    throw badRequest(invalidValue("requestedAccessTokenVersion", applicationKind));
  }
}

function redirectUrisOf(application: Properties): string[] {
  return ["web", "spa", "publicClient"]
    .map((platform) => application[platform])
    .flatMap((platform) => (isProperties(platform) ? (platform["redirectUris"] as string[]) : []));
}

/** A change of the list can drop credentials; only addPassword makes them. */
function keptPasswords(
  current: PasswordCredential[],
  wanted: readonly { keyId?: string | null | undefined }[],
): PasswordCredential[] {
  const keyIds = wanted.map(({ keyId }) => keyId);
  if (keyIds.some((keyId) => !current.some((credential) => credential.keyId === keyId))) {
    throw badRequest("New password credentials must be generated with service actions.");
  }
  return current.filter((credential) => keyIds.includes(credential.keyId));
}
