/** The tenant that the recordings of the real azuread plugin were made against, with the same ids. */
import type { Tenant } from "../../emulator/context";
import { newGroup } from "../../emulator/directory-members";
import { newApplication, newServicePrincipal, publishedPermissions } from "../../emulator/directory-objects";
import { microsoftGraph, partnerCenter, type FirstPartyApplication } from "../../emulator/first-party";

const created = "2026-11-24T23:25:47Z";
const microsoftTenant = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

export const recorded = {
  tenant: "11111111-1111-1111-1111-111111111111",
  client: "22222222-2222-2222-2222-222222222222",
  caller: "33333333-3333-3333-3333-333333333333",
  adminAgents: "60000000-0000-0000-0000-000000000001",
  microsoftGraph: "50000000-0000-0000-0000-000000000003",
  partnerCenter: "50000000-0000-0000-0000-000000000004",
  application: "70000000-0000-0000-0000-000000000001",
  applicationClient: "70000000-0000-0000-0000-0000000000a1",
} as const;

export function recordedTenant(): Tenant {
  return {
    id: recorded.tenant,
    displayName: "Contoso",
    domains: [
      { id: "contoso.onmicrosoft.com", isVerified: true, isInitial: true, isDefault: false },
      { id: "contoso.com", isVerified: true, isInitial: false, isDefault: true },
      { id: "pending.example.org", isVerified: false, isInitial: false, isDefault: false },
    ],
    users: new Map(),
    groups: keyed(newGroup({ id: recorded.adminAgents, displayName: "AdminAgents" }, created)),
    applications: keyed(existingApplication()),
    servicePrincipals: keyed(
      caller(),
      firstParty(recorded.microsoftGraph, microsoftGraph),
      firstParty(recorded.partnerCenter, partnerCenter),
    ),
    owners: new Map(),
    grants: new Map(),
    roleMembers: new Map(),
    permissionGrantPolicies: [],
    appRoleAssignments: new Map(),
    deleted: new Map(),
    customers: [],
    subscriptions: new Map(),
  };
}

function existingApplication() {
  const identity = { id: recorded.application, appId: recorded.applicationClient, displayName: "preexisting-app" };
  return {
    ...newApplication({ ...identity, publisherDomain: "contoso.onmicrosoft.com" }, created),
    identifierUris: [`api://${recorded.applicationClient}`],
    requiredResourceAccess: [
      {
        resourceAppId: microsoftGraph.appId,
        resourceAccess: [{ id: microsoftGraph.scopes[0].id, type: "Scope" as const }],
      },
    ],
    web: {
      redirectUris: ["https://pre.contoso.com/cb"],
      homePageUrl: null,
      logoutUrl: null,
      implicitGrantSettings: {
        enableAccessTokenIssuance: false,
        enableIdTokenIssuance: false,
      },
      redirectUriSettings: [],
    },
  };
}

function caller() {
  const identity = { id: recorded.caller, appId: recorded.client, displayName: "Deployer" };
  return newServicePrincipal({ ...identity, appOwnerOrganizationId: recorded.tenant }, created);
}

function firstParty(id: string, resource: FirstPartyApplication) {
  return {
    ...newServicePrincipal({ ...resource, id, appOwnerOrganizationId: microsoftTenant }, created),
    ...publishedPermissions(resource),
  };
}

function keyed<T extends { id: string }>(...objects: T[]): Map<string, T> {
  return new Map(objects.map((object) => [object.id, object]));
}
