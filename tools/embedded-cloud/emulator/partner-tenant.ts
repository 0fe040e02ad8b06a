import type {
  Application,
  Customer,
  PasswordCredential,
  RoleAssignment,
  ServicePrincipal,
  Subscription,
  Tenant,
} from "./context";
import { guidOf, newCustomer } from "./customers";
import { newGroup, newUser } from "./directory-members";
import { newApplication, newServicePrincipal } from "./directory-objects";
import { assignDirectoryRole } from "./directory-roles";
import { microsoftGraph } from "./first-party";
import { firstPartyPrincipalId } from "./first-party-principals";
import { secretHash } from "./secret-hash";
import type {
  CustomerSeed,
  DeployerSeed,
  DirectorySeeds,
  GroupSeed,
  PartnerSeeds,
  SubscriptionSeed,
} from "./seed-schema";

/** Built-in role "Owner": control plane only, no vault data. */
const ownerRole = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const secretStart = "2026-01-01T00:00:00Z";
const secretEnd = "2199-12-31T00:00:00Z";

/** Fills a partner's directory with its users and their groups. */
export function addPeople(tenant: Tenant, { users, groups, members }: DirectorySeeds, created: string): void {
  for (const user of Object.values(users)) {
    tenant.users.set(user.id, newUser(user));
    if (user.directoryRole !== undefined) assignDirectoryRole(tenant, user.directoryRole, user.id);
  }
  for (const seed of Object.values(groups)) {
    const group = newGroup(seed, created);
    for (const member of members[seed.id] ?? []) group.members.add(member);
    tenant.groups.set(group.id, group);
  }
}

/** Adds what the deploying partner needs: customers, the deployer and its subscription. */
export function furnishPartner(tenant: Tenant, seeds: PartnerSeeds, created: string): void {
  const { adminAgents } = seeds.groups;
  tenant.customers.push(...seeds.customers.map((seed) => customerWithSubscription(seed, adminAgents, created)));
  addDeployer(tenant, seeds, created);
  addSubscription(tenant, seeds);
}

/** Source: https://learn.microsoft.com/partner-center/customers/reinstate-csp. */
function customerWithSubscription(seed: CustomerSeed, agents: GroupSeed, created: string): Customer {
  const name = guidOf(`${seed.id}/owner`);
  const subscription = newSubscription(seed.subscription, {
    name,
    principalId: agents.id,
    principalType: "ForeignGroup",
  });
  return { ...newCustomer(seed, created), subscriptions: new Map([[seed.subscription.id, subscription]]) };
}

function addDeployer(tenant: Tenant, { deployer, partner }: PartnerSeeds, created: string): void {
  const application: Application = {
    ...newApplication(
      {
        id: deployer.objectId,
        appId: deployer.clientId,
        displayName: deployer.displayName,
        publisherDomain: partner.domains[1],
      },
      created,
    ),
    passwordCredentials: [deployerSecret(deployer)],
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

function deployerSecret({ secretId, clientSecret }: DeployerSeed): PasswordCredential {
  return {
    keyId: secretId,
    displayName: "seeded",
    hint: clientSecret.slice(0, 3),
    startDateTime: secretStart,
    endDateTime: secretEnd,
    secretHash: secretHash(clientSecret),
  };
}

/** Application permissions of Microsoft Graph, by name, with an administrator's consent. */
export function assignGraphRoles(tenant: Tenant, principal: ServicePrincipal, roles: readonly string[]): void {
  const resourceId = firstPartyPrincipalId(tenant.id, microsoftGraph.appId);
  for (const { id: appRoleId } of microsoftGraph.appRoles.filter(({ value }) => roles.includes(value))) {
    const id = Buffer.from(`${principal.id}/${appRoleId}`).toString("base64url");
    tenant.appRoleAssignments.set(id, { id, appRoleId, principalId: principal.id, resourceId });
  }
}

function addSubscription(tenant: Tenant, { subscription, deployer }: PartnerSeeds): void {
  const { ownerAssignment: name, servicePrincipalId: principalId } = deployer;
  const owner = { name, principalId, principalType: "ServicePrincipal" };
  tenant.subscriptions.set(subscription.id, newSubscription(subscription, owner));
}

function newSubscription(
  { id, displayName }: SubscriptionSeed,
  owner: Pick<RoleAssignment, "name" | "principalId" | "principalType">,
): Subscription {
  const scope = `/subscriptions/${id}`;
  const roleDefinitionId = `${scope}/providers/Microsoft.Authorization/roleDefinitions/${ownerRole}`;
  return {
    subscriptionId: id,
    displayName,
    resourceGroups: new Map(),
    vaults: new Map(),
    roleAssignments: new Map([[owner.name, { ...owner, scope, roleDefinitionId, effectiveAt: 0 }]]),
  };
}
