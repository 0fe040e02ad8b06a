/** Applications and their service principals, in the shape of Microsoft Graph. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { anything, type AzureApi, unread } from "../azure/api";
import { equal } from "../azure/graph";
import { isoTime, optionalText } from "../azure/shapes";

/** One permission that an application requests. */
export interface Permission {
  /** Client id of the service it belongs to. */
  resourceAppId: string;
  /** GUID of the permission. */
  id: string;
  /** Role: an application permission; Scope: delegated by the account that signs in. */
  type: string;
}

/** All permissions of one service, nested as in Graph; each service is listed once. */
export interface RequiredResource {
  resourceAppId: string;
  resourceAccess: Omit<Permission, "resourceAppId">[];
}

export interface Platform {
  redirectUris: string[];
}

interface WebPlatform extends Platform {
  /** Tokens that the authorization endpoint returns directly. */
  implicitGrantSettings?:
    | { enableAccessTokenIssuance?: boolean | null | undefined; enableIdTokenIssuance?: boolean | null | undefined }
    | null
    | undefined;
}

/** A client secret, without its value. */
export interface PasswordCredential {
  keyId: string;
  displayName: string | null;
  /** ISO 8601. */
  startDateTime?: string | null | undefined;
  /** ISO 8601. */
  endDateTime: string;
}

/** The public part of a certificate. */
export interface KeyCredential extends PasswordCredential {
  /** SHA-1 of the certificate unless another value was given: in hexadecimal, or Base64. */
  customKeyIdentifier?: string | null | undefined;
}

/** In hexadecimal, upper case; "" if it has none. */
export function thumbprintOf({ customKeyIdentifier }: Pick<KeyCredential, "customKeyIdentifier">): string {
  const text = customKeyIdentifier ?? "";
  return (/^[0-9a-f]{40}$/iu.test(text) ? text : Buffer.from(text, "base64").toString("hex")).toUpperCase();
}

/** That of a certificate, in the same form. @param value DER in Base64 */
export const thumbprintOfCertificate = (value: string): string =>
  createHash("sha1").update(Buffer.from(value, "base64")).digest("hex").toUpperCase();

/** The properties of an application that this project reads. */
export interface Application {
  /** Object id. */
  id: string;
  /** Client id. */
  appId: string;
  displayName: string;
  description?: string | null | undefined;
  signInAudience: string;
  identifierUris: string[];
  /** Whether sign-ins without a reply URL count as those of a public client. */
  isFallbackPublicClient: boolean | null;
  web: WebPlatform;
  spa: Platform;
  publicClient: Platform;
  requiredResourceAccess: RequiredResource[];
  passwordCredentials: PasswordCredential[];
  keyCredentials?: KeyCredential[] | undefined;
  /** ISO 8601. */
  createdDateTime?: string | null | undefined;
}

export interface ServicePrincipal {
  /** Object id. */
  id: string;
  /** Client id of its application. */
  appId: string;
  displayName: string;
  /** The tenant that the application is registered in. */
  appOwnerOrganizationId: string | null;
  accountEnabled: boolean;
  /** Whether only accounts that are assigned to it may use it. */
  appRoleAssignmentRequired: boolean;
  /** Delegated permissions that it publishes. Type Admin: an account cannot grant it for itself. */
  oauth2PermissionScopes: { id: string; value: string; type: string; isEnabled: boolean }[];
  /** Roles that it publishes: application permissions are those for applications. */
  appRoles: { id: string; value: string | null; isEnabled: boolean; allowedMemberTypes: string[] }[];
}

const platform = v.looseObject({ redirectUris: v.array(v.string()) });
const issues = v.nullish(v.boolean());
const webPlatform = v.looseObject({
  ...platform.entries,
  implicitGrantSettings: v.nullish(v.looseObject({ enableAccessTokenIssuance: issues, enableIdTokenIssuance: issues })),
});
const access = v.looseObject({ id: v.string(), type: v.string() });
const credential = v.looseObject({
  keyId: v.string(),
  displayName: v.nullish(v.string(), null),
  startDateTime: v.nullish(isoTime),
  endDateTime: isoTime,
});
/** As they are: what removes one writes all others back. */
const key = v.looseObject({ ...credential.entries, customKeyIdentifier: optionalText, usage: optionalText });
export const credentialsShape = v.looseObject({
  passwordCredentials: v.array(credential),
  keyCredentials: v.array(key),
});
const applicationShape = v.looseObject({
  id: v.string(),
  appId: v.string(),
  displayName: v.string(),
  signInAudience: v.string(),
  identifierUris: v.array(v.string()),
  isFallbackPublicClient: v.nullish(v.boolean(), null),
  web: webPlatform,
  spa: platform,
  publicClient: platform,
  requiredResourceAccess: v.array(v.looseObject({ resourceAppId: v.string(), resourceAccess: v.array(access) })),
  passwordCredentials: v.array(credential),
  keyCredentials: v.optional(v.array(key)),
  description: optionalText,
  createdDateTime: optionalText,
});
const published = { id: v.string(), isEnabled: v.nullish(v.boolean(), true) };
export const servicePrincipalShape = v.looseObject({
  id: v.string(),
  appId: v.string(),
  displayName: v.string(),
  appOwnerOrganizationId: v.nullish(v.string(), null),
  accountEnabled: v.nullish(v.boolean(), true),
  appRoleAssignmentRequired: v.nullish(v.boolean(), false),
  oauth2PermissionScopes: v.array(
    v.looseObject({ ...published, value: v.nullish(v.string(), ""), type: v.nullish(v.string(), "") }),
  ),
  appRoles: v.array(
    v.looseObject({ ...published, value: v.nullish(v.string(), null), allowedMemberTypes: v.array(v.string()) }),
  ),
});

const passwords = v.pick(credentialsShape, ["passwordCredentials"]);

/**
 * Takes a client secret off an application. If the answer is lost, the request is sent again and refused, because there is no such secret any more.
 * @param id object id of the application
 * @returns whether this took it off: false if it was gone already
 * @throws ApiError, HttpFailure, CredentialError: it may still be there
 */
export async function removePassword(graph: AzureApi, id: string, keyId: string): Promise<boolean> {
  const path = `/v1.0/applications/${id}`;
  try {
    await graph.post(`${path}/removePassword`, { keyId }, unread);
    return true;
  } catch (refusal) {
    const left = await graph.get(`${path}?$select=passwordCredentials`, passwords).catch(() => undefined);
    if (left === undefined || left.passwordCredentials.some((one) => one.keyId === keyId)) throw refusal;
    return false;
  }
}

/** The application's name in errors and plans. */
export function named({ displayName, appId }: Pick<Application, "displayName" | "appId">): string {
  return `The application "${displayName}" (client id ${appId})`;
}

/** By its object id; undefined when this tenant has no such application. */
export async function findApplication(graph: AzureApi, objectId: string): Promise<Application | undefined> {
  return await graph.find(`/v1.0/applications/${encodeURIComponent(objectId)}`, applicationShape);
}

/** By its client id; undefined when the application is not registered in this tenant. */
export async function findApplicationOf(graph: AzureApi, clientId: string): Promise<Application | undefined> {
  const path = `/v1.0/applications${equal("appId", clientId)}`;
  const [application] = await graph.list(path, applicationShape);
  return application;
}

/** By one of its identifier URIs, each of which is unique among applications. */
export async function findApplicationIdentifiedBy(graph: AzureApi, uri: string): Promise<Application | undefined> {
  const filter = `identifierUris/any(uri:uri eq '${uri.replaceAll("'", "''")}')`;
  const [application] = await graph.list(`/v1.0/applications?$filter=${encodeURIComponent(filter)}`, applicationShape);
  return application;
}

/** Those of a display name, which several may have, or of one with this beginning. */
export async function findApplicationsCalled(graph: AzureApi, name: string, beginning: string): Promise<Application[]> {
  const filter = `displayName eq '${name.replaceAll("'", "''")}' or startswith(displayName,'${beginning}')`;
  return await graph.list(`/v1.0/applications?$filter=${encodeURIComponent(filter)}`, applicationShape);
}

/** Path of what can be restored. */
export const deletedItems = "/v1.0/directory/deletedItems";

const deletedShape = v.looseObject({ id: v.string(), appId: v.string(), deletedDateTime: optionalText });
export type DeletedApplication = v.InferOutput<typeof deletedShape>;

/** One that somebody deleted, for as long as it can be restored: 30 days. */
export async function findDeletedApplication(
  graph: AzureApi,
  clientId: string,
): Promise<DeletedApplication | undefined> {
  const path = `${deletedItems}/microsoft.graph.application?$select=id,appId,deletedDateTime`;
  const all = await graph.list(path, deletedShape);
  return all.find(({ appId }) => appId.toLowerCase() === clientId.toLowerCase());
}

/** @param id client id or object id */
export async function findApplicationNamed(graph: AzureApi, id: string): Promise<Application | undefined> {
  return (await findApplicationOf(graph, id)) ?? (await findApplication(graph, id));
}

/** By its object id. */
export async function findServicePrincipal(graph: AzureApi, objectId: string): Promise<ServicePrincipal | undefined> {
  return await graph.find(`/v1.0/servicePrincipals/${encodeURIComponent(objectId)}`, servicePrincipalShape);
}

/** The service principal of an application in this tenant, by the application's client id. */
export async function findServicePrincipalOf(graph: AzureApi, clientId: string): Promise<ServicePrincipal | undefined> {
  const path = `/v1.0/servicePrincipals${equal("appId", clientId)}`;
  const [principal] = await graph.list(path, servicePrincipalShape);
  return principal;
}

/** Uses beta, as the azuread provider does: v1.0 leaves service principals out of a group's members. */
export async function isMember(graph: AzureApi, groupId: string, objectId: string): Promise<boolean> {
  return (
    (await graph.list(`/beta/groups/${encodeURIComponent(groupId)}/members${equal("id", objectId)}`, anything)).length >
    0
  );
}
