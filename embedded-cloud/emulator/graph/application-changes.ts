import * as v from "valibot";
import type { Application, PasswordCredential, Tenant } from "../context";
import { applicationValues, readOnlyNames, writableNames } from "./application-schema";
import { isProperties, mergeProperties, withoutAnnotations, type Properties } from "./body";
import { servicePrincipalsOf } from "./deleted-objects";
import { badRequest } from "./errors";
import { checkIdentifierUris } from "./identifier-uris";
import { redirectUriLimit } from "./redirect-uris";
import { publishedProperties } from "./service-principal-schema";

/** Checks a request's properties and applies them to an application, or refuses the whole request. */
export function changeApplication(tenant: Tenant, application: Application, body: Properties): void {
  const change = checkedValues(application, withoutAnnotations(body));
  if (Array.isArray(change["identifierUris"])) {
    checkIdentifierUris(tenant, application, change["identifierUris"] as string[]);
  }
  const merged = mergeProperties(application, change);
  if (countRedirectUris(merged) > redirectUriLimit(String(merged["signInAudience"]))) {
    throw invalidValue("redirectUris");
  }
  if (change["passwordCredentials"] !== undefined) {
    merged["passwordCredentials"] = keptPasswords(application.passwordCredentials, change["passwordCredentials"]);
  }
  Object.assign(application, merged);
  for (const servicePrincipal of servicePrincipalsOf(tenant, application.appId)) {
    Object.assign(servicePrincipal, publishedProperties(tenant, application));
  }
}

function checkedValues(application: Application, change: Properties): Properties {
  const writable: Properties = {};
  for (const [name, value] of Object.entries(change)) {
    if (readOnlyNames.has(name)) {
      // The azuread provider sends the id along; Graph minds only a different one.
      if (value !== application[name]) {
        throw badRequest(`Property '${name}' is read-only and cannot be set.`);
      }
    } else if (writableNames.has(name)) {
      writable[name] = value;
    } else {
      throw badRequest(`Invalid property '${name}'.`);
    }
  }
  const result = v.safeParse(applicationValues, writable);
  if (!result.success) {
    throw invalidValue(String(result.issues[0].path?.[0].key));
  }
  return result.output;
}

function invalidValue(property: string): Error {
  return badRequest(`Invalid value specified for property '${property}' of resource 'Application'.`);
}

function countRedirectUris(application: Properties): number {
  return ["web", "spa", "publicClient"]
    .map((platform) => application[platform])
    .flatMap((platform) => (isProperties(platform) ? platform["redirectUris"] : [])).length;
}

/** A change of the list can drop credentials; only addPassword makes them. */
function keptPasswords(current: PasswordCredential[], wanted: unknown): PasswordCredential[] {
  const keyIds = (Array.isArray(wanted) ? wanted : []).map((item: unknown) =>
    isProperties(item) ? item["keyId"] : undefined,
  );
  if (keyIds.some((keyId) => !current.some((credential) => credential.keyId === keyId))) {
    throw badRequest("New password credentials must be generated with service actions.");
  }
  return current.filter((credential) => keyIds.includes(credential.keyId));
}
