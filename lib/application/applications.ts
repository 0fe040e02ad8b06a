/** Applications and their service principals, in the shape of Microsoft Graph. */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { anything, type AzureApi, unread } from "../azure/api";
import { equal } from "../azure/graph";
import { isoTime, optionalText } from "../azure/shapes";
import type { RequiredResource } from "./permissions";

/** A client secret, without its value. */
const password = v.object({
  keyId: v.string(),
  displayName: v.nullish(v.string(), null),
  startDateTime: v.nullish(isoTime),
  endDateTime: isoTime,
});
/** The public part of a certificate, unchanged: removing one certificate writes all others back. */
const key = v.looseObject({
  ...password.entries,
  /** SHA-1 of the certificate unless another value was given: in hexadecimal, or Base64. */
  customKeyIdentifier: optionalText,
  usage: optionalText,
});
export const credentialsShape = v.object({ passwordCredentials: v.array(password), keyCredentials: v.array(key) });
const platform = v.object({ redirectUris: v.array(v.string()) });
const issues = v.nullish(v.boolean());
/** Tokens that the authorization endpoint returns directly. */
const implicitGrant = v.object({ enableAccessTokenIssuance: issues, enableIdTokenIssuance: issues });
const access = v.looseObject({ id: v.string(), type: v.string() });

/** The properties of an application that this project reads. */
const applicationShape = v.object({
  /** Object id. */
  id: v.string(),
  /** Client id. */
  appId: v.string(),
  displayName: v.string(),
  description: optionalText,
  signInAudience: v.string(),
  identifierUris: v.array(v.string()),
  /** Whether sign-ins without a reply URL count as those of a public client. */
  isFallbackPublicClient: v.nullish(v.boolean(), null),
  web: v.object({ ...platform.entries, implicitGrantSettings: v.nullish(implicitGrant) }),
  spa: platform,
  publicClient: platform,
  requiredResourceAccess: v.array(v.looseObject({ resourceAppId: v.string(), resourceAccess: v.array(access) })),
  passwordCredentials: v.array(password),
  keyCredentials: v.optional(v.array(key)),
  createdDateTime: optionalText,
});

const published = { id: v.string(), isEnabled: v.nullish(v.boolean(), true) };
export const servicePrincipalShape = v.object({
  /** Object id. */
  id: v.string(),
  /** Client id of its application. */
  appId: v.string(),
  displayName: v.string(),
  /** The tenant that the application is registered in. */
  appOwnerOrganizationId: v.nullish(v.string(), null),
  accountEnabled: v.nullish(v.boolean(), true),
  /** Whether only accounts that are assigned to it may use it. */
  appRoleAssignmentRequired: v.nullish(v.boolean(), false),
  /** Delegated permissions that it publishes. Type Admin: an account cannot grant it for itself. */
  oauth2PermissionScopes: v.array(
    v.object({ ...published, value: v.nullish(v.string(), ""), type: v.nullish(v.string(), "") }),
  ),
  /** Roles that it publishes: application permissions are those for applications. */
  appRoles: v.array(
    v.object({ ...published, value: v.nullish(v.string(), null), allowedMemberTypes: v.array(v.string()) }),
  ),
});

export type KeyCredential = v.InferOutput<typeof key>;
export type Platform = v.InferOutput<typeof platform>;
export interface Application extends Omit<v.InferOutput<typeof applicationShape>, "requiredResourceAccess"> {
  requiredResourceAccess: RequiredResource[];
}
export type ServicePrincipal = v.InferOutput<typeof servicePrincipalShape>;

/** A certificate's thumbprint in hexadecimal, upper case; "" if it has none. */
export function thumbprintOf({ customKeyIdentifier }: Pick<KeyCredential, "customKeyIdentifier">): string {
  const text = customKeyIdentifier ?? "";
  return (/^[0-9a-f]{40}$/iu.test(text) ? text : Buffer.from(text, "base64").toString("hex")).toUpperCase();
}

/** The thumbprint of a certificate, in the same form. @param value DER in Base64 */
export const thumbprintOfCertificate = (value: string): string =>
  createHash("sha1").update(Buffer.from(value, "base64")).digest("hex").toUpperCase();

const passwords = v.pick(credentialsShape, ["passwordCredentials"]);

/**
 * Removes a client secret. If the answer is lost, the repeated request is refused, because the secret is gone.
 * @returns whether this call removed it: false if it was gone already
 * @throws ApiError, HttpFailure, CredentialError: it may still be there
 */
async function removePassword(graph: AzureApi, id: string, keyId: string): Promise<boolean> {
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

/**
 * Removes a client secret or a certificate; other certificates are written back unchanged.
 * @param held gets the remaining certificates, as Graph may answer from an older copy @returns as removePassword
 */
export async function removeCredential(
  graph: AzureApi,
  held: Pick<Application, "id" | "keyCredentials">,
  keyId: string,
): Promise<boolean> {
  const { id, keyCredentials = [] } = held;
  const others = keyCredentials.filter((one) => one.keyId !== keyId);
  if (others.length === keyCredentials.length) return await removePassword(graph, id, keyId);
  await graph.patch(`/v1.0/applications/${id}`, { keyCredentials: others });
  held.keyCredentials = others;
  return true;
}

/** An application's name within a sentence of errors and plans. */
export const naming = ({ displayName, appId }: Pick<Application, "displayName" | "appId">): string =>
  `the application "${displayName}" (client id ${appId})`;

/** An application's name at the beginning of a sentence. */
export const named = (application: Pick<Application, "displayName" | "appId">): string =>
  naming(application).replace("the", "The");

/** Finds an application by its object id; undefined when this tenant has no such application. */
export async function findApplication(graph: AzureApi, objectId: string): Promise<Application | undefined> {
  return await graph.find(`/v1.0/applications/${encodeURIComponent(objectId)}`, applicationShape);
}

/** Finds an application by its client id; undefined when it is not registered in this tenant. */
export async function findApplicationOf(graph: AzureApi, clientId: string): Promise<Application | undefined> {
  const path = `/v1.0/applications${equal("appId", clientId)}`;
  const [application] = await graph.list(path, applicationShape);
  return application;
}

/** Finds an application by one of its identifier URIs, each of which is unique among applications. */
export async function findApplicationIdentifiedBy(graph: AzureApi, uri: string): Promise<Application | undefined> {
  const filter = `identifierUris/any(uri:uri eq '${uri.replaceAll("'", "''")}')`;
  const [application] = await graph.list(`/v1.0/applications?$filter=${encodeURIComponent(filter)}`, applicationShape);
  return application;
}

/** Finds applications with a display name, which several may have, or with a name that begins in this way. */
export async function findApplicationsCalled(graph: AzureApi, name: string, beginning: string): Promise<Application[]> {
  const filter = `displayName eq '${name.replaceAll("'", "''")}' or startswith(displayName,'${beginning}')`;
  return await graph.list(`/v1.0/applications?$filter=${encodeURIComponent(filter)}`, applicationShape);
}

/** Path of the deleted objects that can be restored. */
export const deletedItems = "/v1.0/directory/deletedItems";

const deletedShape = v.object({ id: v.string(), appId: v.string(), deletedDateTime: optionalText });
export type DeletedApplication = v.InferOutput<typeof deletedShape>;

/** A deleted application or service principal, for the 30 days in which it can be restored. */
export async function findDeleted(
  graph: AzureApi,
  kind: "application" | "servicePrincipal",
  clientId: string,
): Promise<DeletedApplication | undefined> {
  const path = `${deletedItems}/microsoft.graph.${kind}?$select=id,appId,deletedDateTime`;
  const all = await graph.list(path, deletedShape);
  return all.find(({ appId }) => appId.toLowerCase() === clientId.toLowerCase());
}

/** Whether a deleted object can be restored: then a refresh must keep what is restored with it. */
export const isRestorable = async (graph: AzureApi, objectId: string): Promise<boolean> =>
  objectId !== "" && (await graph.find(`${deletedItems}/${encodeURIComponent(objectId)}`, anything)) !== undefined;

/** @param id client id or object id */
export async function findApplicationNamed(graph: AzureApi, id: string): Promise<Application | undefined> {
  return (await findApplicationOf(graph, id)) ?? (await findApplication(graph, id));
}

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
  const path = `/beta/groups/${encodeURIComponent(groupId)}/members${equal("id", objectId)}`;
  return (await graph.list(path, anything)).length > 0;
}
