/**
 * Permissions, whose ids are named here and nowhere else. `modelPermissions` and the two lists below it, of settings,
 * are the stack's application's; `deployerPermissions` are of the application that deploys the stack.
 */
import { firstPartyApps } from "../config/clouds";

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

export interface PublishedPermission {
  /** GUID, the same in every tenant. */
  id: string;
  /** Role: an application permission, which an administrator grants. Scope: delegated by an account. */
  type: "Role" | "Scope";
  /** The name it is published under. */
  value: string;
}

export interface Resource {
  /** Its display name. */
  resource: string;
  /** Client id. */
  resourceAppId: string;
}

export interface RequestedPermission extends PublishedPermission, Resource {}

/** The delegated permissions of one resource: what a token from a sign-in must include. */
export interface DeclaredResource extends Resource {
  /** By name; at least one. */
  scopes: string[];
}

const role = (value: string, id: string): PublishedPermission => ({ id, type: "Role", value });
const scope = (value: string, id: string): PublishedPermission => ({ id, type: "Scope", value });

const readDirectory = role("Directory.Read.All", "7ab1d382-f21e-4acd-a863-ba3e13f7da61");

const of = (resource: string, resourceAppId: string, ...permissions: PublishedPermission[]): RequestedPermission[] =>
  permissions.map((one) => ({ resource, resourceAppId, ...one }));

/** The Secure Application Model's own set: three resources with 3 + 2 + 1 permissions, in its order. */
const modelPermissions: readonly RequestedPermission[] = [
  ...of(
    "Azure AD Graph",
    firstPartyApps.azureAdGraph,
    role("Directory.Read.All", "5778995a-e1bf-45b8-affa-663a9f3f4d04"),
    scope("Directory.AccessAsUser.All", "a42657d6-7f20-40e3-b6f0-cee03008a62a"),
    scope("User.Read", "311a71cc-e848-46a1-bdf8-97ff7156d8e6"),
  ),
  ...of(
    "Microsoft Graph",
    firstPartyApps.microsoftGraph,
    role("SecurityEvents.Read.All", "bf394140-e372-4bf9-a898-299cfc7564e5"),
    readDirectory,
  ),
  ...of(
    "Partner Center",
    firstPartyApps.partnerCenter,
    scope("user_impersonation", "1cebfa2a-fb4d-419e-b5f9-839b4383e05a"),
  ),
];

/** Added by the setting azureManagement: without it Entra issues no token for Azure. */
export const azureManagementPermissions = of(
  "Azure Resource Manager",
  firstPartyApps.azureResourceManager,
  scope("user_impersonation", "41094075-9dad-400e-a0bd-54e686782033"),
);

/** Added by the setting delegatedGraph: without it a delegated Graph token carries no Graph permission. */
const delegatedGraphPermissions = of(
  "Microsoft Graph",
  firstPartyApps.microsoftGraph,
  scope("User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d"),
);

/** The permissions that the application requests. By default exactly the Secure Application Model's own set. */
export interface ExtraPermissions {
  /** Azure Resource Manager: without it Entra refuses ARM tokens with AADSTS65001. Default false. */
  azureManagement?: boolean;
  /** Microsoft Graph User.Read: without it a delegated Graph token has no permission. Default false. */
  delegatedGraph?: boolean;
  permissions?: {
    /** false omits Azure AD Graph, which no longer works, and application permissions. Default true. */
    legacy?: boolean;
    /** Permissions of any resource, with the ids that it publishes; each counts once. Default none. */
    extra?: readonly RequestedPermission[];
  };
}

/** The model's set, or its current part, and the extra permissions: by resource, each permission once. */
export function requestedPermissions(choice: ExtraPermissions): RequestedPermission[] {
  const { legacy = true, extra = [] } = choice.permissions ?? {};
  const all = [
    ...modelPermissions.filter((one) => legacy || isCurrent(one)),
    ...(choice.delegatedGraph ? delegatedGraphPermissions : []),
    ...(choice.azureManagement ? azureManagementPermissions : []),
    ...extra,
  ];
  // The model's resources come first, and each resource has its first name.
  const named = [...modelPermissions, ...all];
  const ids = new Set(named.map(({ resourceAppId }) => resourceAppId));
  const ordered = [...ids].flatMap((id) => all.filter(({ resourceAppId }) => resourceAppId === id));
  const unique = ordered.filter((one, index) => !holdsPermission(ordered.slice(0, index), one));
  const nameOf = (id: string) => named.find(({ resourceAppId }) => resourceAppId === id)?.resource;
  return unique.map((one) => ({ ...one, resource: nameOf(one.resourceAppId) ?? one.resource }));
}

const isCurrent = ({ type, resourceAppId }: RequestedPermission): boolean =>
  type === "Scope" && resourceAppId !== firstPartyApps.azureAdGraph;

/** The delegated permissions, by resource. */
export function declaredResources(permissions: readonly RequestedPermission[]): DeclaredResource[] {
  const byResource = new Map<string, DeclaredResource>();
  for (const { type, resource, resourceAppId, value } of permissions) {
    if (type !== "Scope") continue;
    const { scopes = [] } = byResource.get(resourceAppId) ?? {};
    byResource.set(resourceAppId, { resource, resourceAppId, scopes: [...scopes, value] });
  }
  return [...byResource.values()];
}

/** Permissions by name: Microsoft Graph Directory.Read.All. If two kinds share a name, the second shows its kind. */
export function namedPermissions(requested: readonly RequestedPermission[]): Record<string, Permission> {
  const named: Record<string, Permission> = {};
  for (const { resource, resourceAppId, id, type, value } of requested) {
    const name = `${resource} ${value}`;
    named[name in named ? `${name} (${type})` : name] = { resourceAppId, id, type };
  }
  return named;
}

/** A registration's entries with these permissions behind them. */
export function withPermissions(
  required: readonly RequiredResource[],
  permissions: readonly Permission[],
): RequiredResource[] {
  const all = required.map((entry) => ({ ...entry, resourceAccess: [...entry.resourceAccess] }));
  for (const { resourceAppId, id, type } of permissions) {
    const entry = all.find((one) => one.resourceAppId === resourceAppId);
    if (entry === undefined) all.push({ resourceAppId, resourceAccess: [{ id, type }] });
    else entry.resourceAccess.push({ id, type });
  }
  return all;
}

/** Every permission that a registration declares, service by service. */
export function declaredPermissions(required: readonly RequiredResource[]): Permission[] {
  return required.flatMap(({ resourceAppId, resourceAccess }) =>
    resourceAccess.map(({ id, type }) => ({ resourceAppId, id, type })),
  );
}

export function holdsPermission(permissions: readonly Permission[], wanted: Permission): boolean {
  return permissions.some(
    ({ resourceAppId, id, type }) => resourceAppId === wanted.resourceAppId && id === wanted.id && type === wanted.type,
  );
}

/** The requested permissions that a registration lacks: Partner Center user_impersonation (Scope). */
export function undeclared(required: readonly RequiredResource[], requested: readonly RequestedPermission[]): string[] {
  const declared = declaredPermissions(required);
  const missing = requested.filter((one) => !holdsPermission(declared, one));
  return missing.map(({ resource, value, type }) => `${resource} ${value} (${type})`);
}

/** Every resource that this project names, whatever its display name in a tenant. */
export const modelResources: readonly Resource[] = [...modelPermissions, ...azureManagementPermissions];

/** This project's name of a resource; undefined for one that is not part of the model. */
export const resourceNameOf = (appId: string): string | undefined =>
  modelResources.find(({ resourceAppId }) => resourceAppId === appId)?.resource;

/** Microsoft Graph permissions of an application that deploys; one permission of each line is enough. */
export const deployerPermissions = {
  applications: [
    role("Application.ReadWrite.All", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9"),
    role("Application.ReadWrite.OwnedBy", "18a4783c-866b-4cc7-a460-3d5e5662c884"),
  ],
  directory: [readDirectory],
  /** Only for the pre-consent. */
  members: [role("GroupMember.ReadWrite.All", "dbaae8cf-10b5-4b86-a4a1-f871c94c6695")],
  /** Only for the setting adminConsent. */
  grants: [role("DelegatedPermissionGrant.ReadWrite.All", "8e8e4742-1d95-4f68-9d56-6ee75648c72a")],
} as const satisfies Record<string, readonly PublishedPermission[]>;
