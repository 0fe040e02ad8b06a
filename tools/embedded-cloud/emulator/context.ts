/** What every service shares: a cloud's state, its clock, its tokens. Services have no state of their own. */
import type { Hono } from "hono";
import type { RateLimit } from "./partner-center/rate-limit";
import type { RequestLog } from "./request-log";

/** Origins of one cloud's services, without a trailing slash: `https://127.0.0.1:<port>`. */
export interface Origins {
  authority: string;
  microsoftGraph: string;
  resourceManager: string;
  partnerCenter: string;
  azureAdGraph: string;
}

/** A clock that tests can move; everything that expires uses it. */
export interface Clock {
  /** Now, in milliseconds since the epoch, including the time that tests have advanced it by. */
  now(): number;
  advance(milliseconds: number): void;
  reset(): void;
}

/** Claims of a token this cloud signed, once its signature, issuer, audience and times were checked. */
export interface AccessClaims {
  tid: string;
  /** Object id of the user or service principal. */
  oid: string;
  /** Client id of the application that requested the token. */
  appid: string;
  aud: string;
  /** "app" for client credentials, "user" for delegated tokens. */
  idtyp: "app" | "user";
  scp?: string;
  roles?: string[];
  amr?: string[];
  upn?: string;
}

export interface Tokens {
  /** Checks a bearer token for one audience; undefined when there is none, or it is not valid. */
  verify(authorization: string | undefined, audience: string): Promise<AccessClaims | undefined>;
}

export interface PasswordCredential {
  keyId: string;
  displayName: string | null;
  hint: string;
  startDateTime: string;
  endDateTime: string;
  /** SHA-256 of the secret, base64url: as in Graph, only addPassword's response contains the plain text. */
  secretHash: string;
}

/** A certificate of an application, in Graph's form. */
export interface KeyCredential {
  keyId: string;
  displayName: string | null;
  type: string;
  usage: string;
  startDateTime: string;
  endDateTime: string;
  customKeyIdentifier: string | null;
  hasExtendedValue: boolean | null;
  /** The certificate: DER in base64. */
  key: string;
}

/** A directory object as Graph returns it: explicit nulls, every property of the recordings. */
export type DirectoryObject = { id: string; displayName: string | null } & Record<string, unknown>;

export interface Application extends DirectoryObject {
  appId: string;
  signInAudience: string;
  identifierUris: string[];
  web: { redirectUris: string[] } & Record<string, unknown>;
  requiredResourceAccess: { resourceAppId: string; resourceAccess: { id: string; type: "Role" | "Scope" }[] }[];
  passwordCredentials: PasswordCredential[];
  keyCredentials: KeyCredential[];
}

export interface ServicePrincipal extends DirectoryObject {
  appId: string;
  accountEnabled: boolean;
  appRoles: { id: string; value: string }[];
  oauth2PermissionScopes: { id: string; value: string; type: "User" | "Admin" }[];
}

export interface User extends DirectoryObject {
  userPrincipalName: string;
  accountEnabled: boolean;
  /** Seeded and public: no real account's password. */
  password: string;
  /** Whether this user completes multi-factor authentication at sign-in. */
  mfa: boolean;
  /** Refresh tokens issued before this instant (milliseconds) are revoked. */
  revokedBefore: number;
}

export interface Group extends DirectoryObject {
  members: Set<string>;
}

export interface PermissionGrant {
  id: string;
  clientId: string;
  resourceId: string;
  consentType: "AllPrincipals" | "Principal";
  principalId: string | null;
  scope: string;
}

/** A customer of a partner tenant, with Partner Center's data. */
export interface Customer {
  /** The customer's tenant id. */
  id: string;
  companyProfile: { tenantId: string; domain: string; companyName: string };
  /** Delegated admin privileges, or granular ones: a pre-consent only has an effect with the former. */
  delegation: "DAP" | "GDAP";
  /** ISO 8601: the beginning of the partner's relationship. */
  since: string;
  /** Granular relationships. Default: the one that customers.ts creates for "GDAP"; no served API sets it. */
  relationships?: AdminRelationship[];
  /** Object ids of partner's accounts that the customer invited as guests. */
  guests?: Set<string>;
  /** The customer's Conditional Access policy that does not except service providers' users. */
  conditionalAccess?: "asks for multi-factor authentication" | "blocks";
  /** Azure subscriptions in the customer's tenant, by id. Default: none. */
  subscriptions?: Map<string, Subscription>;
  /** The partner's consents for this customer, by application (client) id. */
  applicationConsents: Map<string, ApplicationConsent>;
}

/** Source: https://learn.microsoft.com/graph/api/resources/delegatedadminrelationship. */
export const relationshipStatuses = [
  ...(["created", "approvalPending", "approved", "activating", "active"] as const),
  ...(["expiring", "expired", "terminationRequested", "terminating", "terminated"] as const),
];
export type RelationshipStatus = (typeof relationshipStatuses)[number];

/** A granular relationship (GDAP): a customer's roles for security groups of the partner, until a date. */
export interface AdminRelationship {
  id: string;
  displayName: string;
  createdDateTime: string;
  /** Default: active until its end, and expired afterwards. */
  status?: RelationshipStatus;
  /** None before it was activated. */
  endDateTime: string | null;
  /** ISO 8601: P730D. */
  duration: string;
  /** ISO 8601: P180D; default PT0S, not at all. */
  autoExtendDuration?: string;
  /** Roles that the customer approved, by the ids of their templates. */
  roles: readonly string[];
  assignments: { id: string; groupId: string; roles: readonly string[] }[];
}

export interface ApplicationConsent {
  applicationId: string;
  displayName: string | null;
  /** `scope` contains scope names separated by commas. */
  applicationGrants: { enterpriseApplicationId: string; scope: string }[];
}

/** One tenant's directory. Maps are keyed by object id. */
export interface Tenant {
  id: string;
  displayName: string;
  domains: { id: string; isVerified: boolean; isInitial: boolean; isDefault: boolean }[];
  users: Map<string, User>;
  groups: Map<string, Group>;
  applications: Map<string, Application>;
  servicePrincipals: Map<string, ServicePrincipal>;
  /** Owners of applications and service principals: object id → ids of owners. */
  owners: Map<string, Set<string>>;
  grants: Map<string, PermissionGrant>;
  /** Directory roles by the id of their template: object ids of their holders. */
  roleMembers: Map<string, Set<string>>;
  /** What ordinary accounts may consent to: `permissionGrantPoliciesAssigned` of the authorizationPolicy. */
  permissionGrantPolicies: string[];
  /** The admin consent workflow: a page on which to ask an administrator for consent. Default off. */
  adminConsentRequests?: boolean;
  /** The application management policy for all applications. Default: none is enabled. */
  credentialPolicy?: CredentialRestrictions;
  appRoleAssignments: Map<string, { id: string; appRoleId: string; principalId: string; resourceId: string }>;
  /** Soft-deleted applications and service principals. */
  deleted: Map<string, DirectoryObject>;
  /** An indirect reseller: Partner Center's API refuses it, its customers are in Graph alone. Default false. */
  isIndirectReseller?: boolean;
  /** Partner Center customers of this tenant. */
  customers: Customer[];
  subscriptions: Map<string, Subscription>;
}

/** A tenant's rules for its applications' credentials. */
export interface CredentialRestrictions {
  passwordCredentials?: CredentialRestriction[];
  keyCredentials?: CredentialRestriction[];
  /** `excludeAppsReceivingV2Tokens`: default true, as documented. */
  identifierUris?: { nonDefaultUriAddition: { excludeAppsReceivingV2Tokens?: boolean | undefined } } | undefined;
}

export interface CredentialRestriction {
  restrictionType: "passwordAddition" | "passwordLifetime" | "asymmetricKeyLifetime" | "trustedCertificateAuthority";
  /** ISO 8601, for the lifetimes. */
  maxLifetime?: string | undefined;
}

export interface Subscription {
  subscriptionId: string;
  displayName: string;
  resourceGroups: Map<string, Record<string, unknown>>;
  /** Vaults by lower-case name. */
  vaults: Map<string, Vault>;
  /** Storage accounts by name. Default: none. */
  storageAccounts?: Map<string, StorageAccount>;
  /** Log Analytics workspaces, by lower-case id. Default: none. */
  workspaces?: Map<string, ResourceDocument>;
  /** By lower-case id; those of deleted resources too. Default: none. */
  diagnosticSettings?: Map<string, ResourceDocument>;
  /** Keyed by assignment name (a GUID). */
  roleAssignments: Map<string, RoleAssignment>;
  /** Conditions that no served API sets, only a test or the emulator's administrator. Default: none. */
  conditions?: SubscriptionConditions;
}

export interface SubscriptionConditions {
  /** Resource providers that are not registered. */
  unregistered?: string[];
  /** An Azure Policy that refuses vaults with public access ("deny") or disables that access ("modify"). */
  publicAccessPolicy?: "deny" | "modify";
  /** Scopes with a lock of level CanNotDelete. */
  locked?: string[];
  /** Milliseconds that deleting a resource group takes; until then it exists. */
  groupDeletion?: number;
  /** Ids of the groups that are being deleted, and the end of the deletion, in milliseconds. */
  deleting?: Record<string, number>;
}

export interface RoleAssignment {
  name: string;
  /** Resource id at which the role is assigned, e.g. /subscriptions/…/vaults/x. */
  scope: string;
  /** Full resource id of the role definition. */
  roleDefinitionId: string;
  principalId: string;
  principalType: string;
  description?: string;
  /** Milliseconds: from this time on it is in effect at the data plane. */
  effectiveAt: number;
}

/** A storage account in Resource Manager; the content of its containers is not served. */
export interface StorageAccount {
  resource: ResourceDocument & { properties: Record<string, unknown> };
  /** Properties of its blob service. */
  blobService: Record<string, unknown>;
  /** Blob containers by name. */
  containers: Map<string, ResourceDocument>;
  /** Deleted ones that can be restored. Default: none. */
  deletedContainers?: ResourceDocument[];
}

export type ResourceDocument = { id: string; name: string } & Record<string, unknown>;

export interface Vault {
  /** The Resource Manager document, properties.vaultUri included. */
  resource: { id: string; name: string; location: string; properties: Record<string, unknown> } & Record<
    string,
    unknown
  >;
  /** Set while soft-deleted: milliseconds. */
  deletedAt?: number;
  /** By secret name; versions oldest first. */
  secrets: Map<string, VaultSecret>;
  /** By certificate name. Each has a key and a secret with its name, which are not in `secrets`. */
  certificates: Map<string, VaultCertificate>;
  /** Keys that Resource Manager created, by name: documents without key material. Default: none. */
  keys?: Map<string, ResourceDocument>;
  /** Default: Key Vault's documented limits (key-vault/throttle.ts); no served API sets it. */
  limits?: VaultLimits;
  /** Whether a creation of a certificate ends as failed; no served API sets it. */
  failsCertificates?: boolean;
}

/** Requests to a vault that are processed in ten seconds. */
export interface VaultLimits {
  /** Requests of all kinds but those of keys. */
  transactions: number;
  /** Requests that store a version of a secret. */
  creates: number;
  /** Requests of keys. */
  keys: number;
  /** Requests that create a key. */
  keyCreates: number;
}

export interface VaultCertificate {
  policy: CertificatePolicy;
  /** Oldest first; including one that is being created, or whose creation was never finished. */
  versions: CertificateVersion[];
  /** The last creation, until it is deleted. */
  pending?: PendingCertificate;
  deletedAt?: number;
  /** Set by a recovery: milliseconds until which the name cannot be written to. */
  beingRecoveredUntil?: number;
}

/** In Key Vault's form, without its id. */
export interface CertificatePolicy {
  x509_props: { subject: string; validity_months: number; [more: string]: unknown };
  [more: string]: unknown;
}

export interface CertificateVersion {
  id: string;
  /** Before the creation is completed, there is neither a visible certificate nor a usable key. */
  isIssued: boolean;
  /** PKCS #8, in PEM. */
  privateKey: string;
  /** The certificate: DER in base64. */
  certificate: string;
  /** Of its secret. */
  contentType: string;
  tags: Record<string, string>;
  enabled: boolean;
  /** Seconds since the epoch, as Key Vault gives them. */
  created: number;
  updated: number;
  notBefore: number;
  expires: number;
}

export interface PendingCertificate {
  requestId: string;
  /** Of the version that is being created. */
  version: string;
  /** Milliseconds: the creation is complete from this time on. */
  completesAt: number;
  /** Whether the version is enabled once it is completed. */
  enabled: boolean;
  status: "inProgress" | "completed" | "failed";
  /** How it ends. */
  outcome: "completed" | "failed";
}

export interface VaultSecret {
  versions: SecretVersion[];
  deletedAt?: number;
  /** Set by a recovery: milliseconds until which the name cannot be written to. */
  beingRecoveredUntil?: number;
}

export interface SecretVersion {
  id: string;
  value: string;
  contentType?: string;
  tags: Record<string, string>;
  enabled: boolean;
  /** Seconds since the epoch, as Key Vault gives them. */
  created: number;
  updated: number;
  expires?: number;
  notBefore?: number;
}

/** The context that a service receives. One context is one cloud. */
export interface Context {
  /** Name as in Partner Center PowerShell: AzureCloud, AzureUSGovernment. */
  cloud: string;
  origins: Origins;
  clock: Clock;
  requests: RequestLog;
  tokens: Tokens;
  /** The tenants of this cloud, by id. */
  tenants: Map<string, Tenant>;
  /** Origins of the vaults opened so far, by lower-case vault name; also the audiences of their tokens. */
  vaultOrigins: ReadonlyMap<string, string>;
  /** Milliseconds until a role assignment takes effect at the data plane. */
  roleAssignmentDelay: number;
  /** The rate limit of Partner Center for an application. */
  partnerCenterLimit: RateLimit;
  /** Opens the vault's listener once. @returns its origin: the port stays, as a part of the vault's URI */
  openVault(name: string): Promise<string>;
}

/** A service of the cloud: its routes over the context. */
export type Service = (context: Context) => Hono;
