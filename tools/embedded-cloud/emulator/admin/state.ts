import type { CloudContext } from "../cloud";
import type { Application, Subscription, Tenant, Vault } from "../context";

/** Everything that a cloud stores, without passwords, secrets, codes, tokens, and their hashes. */
export interface CloudState {
  cloud: string;
  origins: CloudContext["origins"];
  tenants: TenantState[];
  signIns: { underWay: number; codes: number };
  refreshTokens: RefreshTokenState[];
}

export type TenantState = ReturnType<typeof tenantState>;

interface RefreshTokenState {
  clientId: string;
  tenantId: string;
  userId: string;
  amr: string[];
  issuedAt: string;
  expiresAt: string;
  isUsable: boolean;
}

export function cloudState(context: CloudContext): CloudState {
  const { cloud, origins, tenants, signIns } = context;
  return {
    cloud,
    origins,
    tenants: [...tenants.values()].map(tenantState),
    signIns: { underWay: signIns.flows.size, codes: signIns.codes.size },
    refreshTokens: refreshTokens(context),
  };
}

function refreshTokens({ tenants, signIns, clock }: CloudContext): RefreshTokenState[] {
  return [...signIns.refreshTokens.values()].map(({ clientId, tenantId, userId, amr, issuedAt, expiresAt }) => {
    const user = tenants.get(tenantId)?.users.get(userId);
    return {
      clientId,
      tenantId,
      userId,
      amr,
      issuedAt: new Date(issuedAt).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
      isUsable: expiresAt > clock.now() && user?.accountEnabled === true && issuedAt > user.revokedBefore,
    };
  });
}

function tenantState(tenant: Tenant) {
  return {
    id: tenant.id,
    displayName: tenant.displayName,
    domains: tenant.domains,
    users: [...tenant.users.values()].map(({ id, userPrincipalName, displayName, accountEnabled, mfa }) => ({
      id,
      userPrincipalName,
      displayName,
      accountEnabled,
      mfa,
    })),
    groups: [...tenant.groups.values()].map(({ id, displayName, members }) => ({
      id,
      displayName,
      members: [...members],
    })),
    applications: [...tenant.applications.values()].map(withoutHashes),
    servicePrincipals: [...tenant.servicePrincipals.values()],
    owners: Object.fromEntries([...tenant.owners].map(([id, owners]) => [id, [...owners]])),
    grants: [...tenant.grants.values()],
    directoryRoles: [...tenant.roleMembers].map(([templateId, members]) => ({ templateId, members: [...members] })),
    permissionGrantPolicies: tenant.permissionGrantPolicies,
    credentialPolicy: tenant.credentialPolicy ?? null,
    appRoleAssignments: [...tenant.appRoleAssignments.values()],
    deleted: [...tenant.deleted.values()].map(({ id, displayName }) => ({ id, displayName })),
    customers: tenant.customers.map(({ id, companyProfile, applicationConsents, subscriptions }) => ({
      id,
      companyProfile,
      applicationConsents: [...applicationConsents.values()],
      subscriptions: [...(subscriptions?.values() ?? [])].map(subscriptionState),
    })),
    subscriptions: [...tenant.subscriptions.values()].map(subscriptionState),
  };
}

const withoutHashes = (application: Application) => ({
  ...application,
  passwordCredentials: application.passwordCredentials.map(({ keyId, displayName, startDateTime, endDateTime }) => ({
    keyId,
    displayName,
    startDateTime,
    endDateTime,
  })),
});

const subscriptionState = (subscription: Subscription) => ({
  subscriptionId: subscription.subscriptionId,
  displayName: subscription.displayName,
  resourceGroups: [...subscription.resourceGroups.values()],
  vaults: [...subscription.vaults.values()].map(vaultState),
  roleAssignments: [...subscription.roleAssignments.values()],
});

const vaultState = ({ resource, deletedAt, secrets, certificates }: Vault) => ({
  resource,
  isDeleted: deletedAt !== undefined,
  secrets: [...secrets].map(([name, secret]) => ({
    name,
    isDeleted: secret.deletedAt !== undefined,
    versions: secret.versions.map(({ id, enabled, contentType, tags, created, updated, expires }) => ({
      id,
      enabled,
      contentType: contentType ?? null,
      tags,
      created,
      updated,
      expires: expires ?? null,
    })),
  })),
  certificates: [...certificates].map(([name, certificate]) => ({
    name,
    isDeleted: certificate.deletedAt !== undefined,
    policy: certificate.policy,
    versions: certificate.versions.map(({ id, isIssued, enabled, tags, created, updated, notBefore, expires }) => ({
      ...{ id, isIssued, enabled, tags, created, updated, notBefore, expires },
    })),
  })),
});
