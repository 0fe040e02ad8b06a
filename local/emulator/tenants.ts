import type { CloudName } from "./clouds";
import type { Application, Origins, PasswordCredential, ServicePrincipal, Tenant } from "./context";
import { newApplication, newGroup, newServicePrincipal, newUser, publishedPermissions } from "./directory-objects";
import {
  azureAdGraph,
  keyVault,
  microsoftGraph,
  partnerCenter,
  resourceManager,
  type FirstPartyApplication,
} from "./first-party";
import { secretHash } from "./secret-hash";
import { seeds, tenantSeeds, type TenantSeed } from "./seeds";

/** The tenant that owns Microsoft's first-party applications. */
const microsoftTenant = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
/** Built-in role "Owner": control plane only, no vault data. */
const ownerRole = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const secretStart = "2026-01-01T00:00:00Z";
const secretEnd = "2199-12-31T00:00:00Z";

/**
 * The seeded tenants of one cloud, by id.
 *
 * @param now milliseconds since the epoch: creation time of every object
 */
export function createTenants(cloud: CloudName, origins: Origins, now: number): Map<string, Tenant> {
  const created = new Date(now).toISOString();
  const tenants = new Map<string, Tenant>();
  for (const seed of tenantSeeds.filter((candidate) => candidate.cloud === cloud)) {
    const tenant = emptyTenant(seed);
    addFirstPartyApplications(tenant, origins, created);
    if (seed.id === seeds.partner.id) furnishPartner(tenant, created);
    tenants.set(tenant.id, tenant);
  }
  return tenants;
}

function emptyTenant(seed: TenantSeed): Tenant {
  return {
    id: seed.id,
    displayName: seed.displayName,
    domains: seed.domains.map((id, index) => ({
      id,
      isVerified: true,
      isInitial: index === 1,
      isDefault: index === 0,
    })),
    users: new Map(),
    groups: new Map(),
    applications: new Map(),
    servicePrincipals: new Map(),
    owners: new Map(),
    grants: new Map(),
    appRoleAssignments: new Map(),
    deleted: new Map(),
    customers: [],
    subscriptions: new Map(),
  };
}

function addFirstPartyApplications(tenant: Tenant, origins: Origins, created: string): void {
  const withOrigin: [FirstPartyApplication, string | undefined][] = [
    [azureAdGraph, origins.azureAdGraph],
    [microsoftGraph, origins.microsoftGraph],
    [partnerCenter, origins.partnerCenter],
    [resourceManager, origins.resourceManager],
    [keyVault, undefined],
  ];
  for (const [resource, origin] of withOrigin) {
    const id = derivedId(tenant.id, resource.appId);
    tenant.servicePrincipals.set(id, {
      ...newServicePrincipal({ ...resource, id, appOwnerOrganizationId: microsoftTenant }, created),
      ...publishedPermissions(resource),
      servicePrincipalNames: origin === undefined ? [resource.appId] : [resource.appId, origin],
    });
  }
}

/** A stable object id a tenant gives a first-party service principal: differs by tenant, is the same at every start. */
function derivedId(tenantId: string, appId: string): string {
  const digest = Buffer.from(secretHash(`${tenantId}/${appId}`), "base64url").toString("hex");
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

function furnishPartner(tenant: Tenant, created: string): void {
  for (const user of Object.values(seeds.users)) tenant.users.set(user.id, newUser(user));
  for (const seed of Object.values(seeds.groups)) {
    const group = newGroup(seed, created);
    for (const member of seeds.members[seed.id as keyof typeof seeds.members] ?? []) group.members.add(member);
    tenant.groups.set(group.id, group);
  }
  for (const { id, domain, companyName } of seeds.customers) {
    tenant.customers.push({
      id,
      companyProfile: { tenantId: id, domain, companyName },
      applicationConsents: new Map(),
    });
  }
  addDeployer(tenant, created);
  addSubscription(tenant);
}

function addDeployer(tenant: Tenant, created: string): void {
  const { deployer } = seeds;
  const application: Application = {
    ...newApplication(
      {
        id: deployer.objectId,
        appId: deployer.clientId,
        displayName: deployer.displayName,
        publisherDomain: seeds.partner.domains[1],
      },
      created,
    ),
    passwordCredentials: [deployerSecret()],
  };
  tenant.applications.set(application.id, application);
  const servicePrincipal = newServicePrincipal(
    {
      id: deployer.servicePrincipalId,
      appId: deployer.clientId,
      displayName: deployer.displayName,
      appOwnerOrganizationId: tenant.id,
    },
    created,
  );
  tenant.servicePrincipals.set(servicePrincipal.id, servicePrincipal);
  assignGraphRoles(tenant, servicePrincipal, deployer.appRoles);
}

function deployerSecret(): PasswordCredential {
  return {
    keyId: seeds.deployer.secretId,
    displayName: "seeded",
    hint: seeds.deployer.clientSecret.slice(0, 3),
    startDateTime: secretStart,
    endDateTime: secretEnd,
    secretHash: secretHash(seeds.deployer.clientSecret),
  };
}

function assignGraphRoles(tenant: Tenant, principal: ServicePrincipal, roles: readonly string[]): void {
  const resourceId = derivedId(tenant.id, microsoftGraph.appId);
  for (const { id: appRoleId } of microsoftGraph.appRoles.filter(({ value }) => roles.includes(value))) {
    const id = Buffer.from(`${principal.id}/${appRoleId}`).toString("base64url");
    tenant.appRoleAssignments.set(id, { id, appRoleId, principalId: principal.id, resourceId });
  }
}

function addSubscription(tenant: Tenant): void {
  const { subscription, deployer } = seeds;
  const scope = `/subscriptions/${subscription.id}`;
  tenant.subscriptions.set(subscription.id, {
    subscriptionId: subscription.id,
    displayName: subscription.displayName,
    resourceGroups: new Map(),
    vaults: new Map(),
    roleAssignments: new Map([
      [
        deployer.ownerAssignment,
        {
          name: deployer.ownerAssignment,
          scope,
          roleDefinitionId: `${scope}/providers/Microsoft.Authorization/roleDefinitions/${ownerRole}`,
          principalId: deployer.servicePrincipalId,
          principalType: "ServicePrincipal",
          effectiveAt: 0,
        },
      ],
    ]),
  });
}
