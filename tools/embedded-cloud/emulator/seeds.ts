/**
 * The initial data of the global cloud, and a lookup for the other clouds' data. All of it, passwords
 * included, is public and fixed: it gives access to nothing but a loopback process.
 * GUIDs are made up; only first-party.ts has ids of the real world.
 */
import type { CloudName } from "./clouds";
import { governmentSeeds } from "./government-seeds";
import type { DirectorySeeds, PartnerSeeds, TenantSeed, UserSeed } from "./seed-schema";

const serviceAccount: UserSeed = {
  id: "3f0a6f0e-5b0c-4c57-9d0e-6a1f3b7c2d41",
  userPrincipalName: "svc-partner@partner.example",
  displayName: "Partner Service Account",
  password: "embedded-cloud-svc-partner",
  mfa: true,
};

const serviceAccountWithoutMfa: UserSeed = {
  id: "81c2b7f4-0f5d-4f0b-8d37-1f7a4f6e9b02",
  userPrincipalName: "svc-nomfa@partner.example",
  displayName: "Service Account without MFA",
  password: "embedded-cloud-svc-nomfa",
  mfa: false,
};

const otherAccount: UserSeed = {
  id: "c6d5a1b9-7e44-4d0f-a2b8-0d6c5f9e7a13",
  userPrincipalName: "alice@partner.example",
  displayName: "Alice Example",
  password: "embedded-cloud-alice",
  mfa: true,
};

const administrator: UserSeed = {
  id: "5a7d3c84-91e6-4b2f-a0d8-3e6c7f1b9d25",
  userPrincipalName: "admin@partner.example",
  displayName: "Partner Administrator",
  password: "embedded-cloud-admin",
  mfa: true,
  directoryRole: "globalAdministrator",
};

const adminAgents = { id: "9a4e2c70-6f1b-4a0e-b3d4-5c8f7e6d2a01", displayName: "AdminAgents" };

const northwindAccount: UserSeed = {
  id: "d9b4e7a2-3c58-4f10-86e9-5a7c0d2b1f63",
  userPrincipalName: "svc-partner@northwind.example",
  displayName: "Northwind Service Account",
  password: "embedded-cloud-northwind-svc-partner",
  mfa: true,
};

const northwindAdministrator: UserSeed = {
  id: "2b90f6d1-7c3e-4a58-b41d-0f8e9a6c5d37",
  userPrincipalName: "admin@northwind.example",
  displayName: "Northwind Administrator",
  password: "embedded-cloud-northwind-admin",
  mfa: true,
  directoryRole: "globalAdministrator",
};

const northwindAgents = { id: "4c1f8d06-b7e5-4293-a0fd-e83b6c9a5d17", displayName: "AdminAgents" };

/** Another partner in the same cloud: a control panel vendor needs consent in each partner's tenant. */
const northwind = {
  partner: {
    cloud: "AzureCloud",
    id: "a0c7e3f5-6d19-4b82-9e04-c2f85b7d3a91",
    displayName: "Northwind Partner",
    domains: ["northwind.example", "northwindpartner.onmicrosoft.com"],
  },
  users: { serviceAccount: northwindAccount, administrator: northwindAdministrator },
  groups: { adminAgents: northwindAgents },
  members: { [northwindAgents.id]: [northwindAccount.id] },
} as const satisfies DirectorySeeds;

export const seeds = {
  partner: {
    cloud: "AzureCloud",
    id: "5e1d8f6a-2c94-4b7e-8a35-7d0f1c6b9e20",
    displayName: "Fabrikam Partner",
    domains: ["partner.example", "fabrikampartner.onmicrosoft.com"],
  },
  /** Belongs to another cloud: discovery shows that, and the token endpoint refuses it. */
  government: governmentSeeds.partner,
  users: { serviceAccount, serviceAccountWithoutMfa, otherAccount, administrator },
  groups: {
    adminAgents,
    helpdeskAgents: { id: "2d7f5b18-93ce-4e6a-8c01-f4b6a9d3e702", displayName: "HelpdeskAgents" },
    salesAgents: { id: "6b8e1f3d-47a5-4c29-9f70-a1d2c3e5b403", displayName: "SalesAgents" },
  },
  /** Group id → ids of the users in it. */
  members: { [adminAgents.id]: [serviceAccount.id, serviceAccountWithoutMfa.id] },
  otherPartners: [northwind],
  deployer: {
    displayName: "Deployer",
    clientId: "0b5f7c2e-8d16-4a39-b4e7-92c1d6f3a850",
    objectId: "e47a9b05-3c6d-4812-a5f9-0d8b2e7c1f64",
    servicePrincipalId: "7c3d1e92-5a0f-4b86-9d24-e6f8b1a70c35",
    clientSecret: "embedded-cloud-deployer-secret",
    secretId: "1f9e6d3b-0a72-4c58-8e14-b5d7c2f4a906",
    appRoles: [
      "Application.ReadWrite.All",
      "DelegatedPermissionGrant.ReadWrite.All",
      "GroupMember.ReadWrite.All",
      "Directory.Read.All",
    ],
    ownerAssignment: "a85c0d7f-2b1e-4693-87fa-c9e4d6b3f128",
  },
  subscription: { id: "b13f6e8c-7d20-4a95-9c4b-0e5a8d2f7169", displayName: "Fabrikam Partner Subscription" },
  customers: [
    {
      id: "4d9c2a71-e6b3-4f08-a15d-8c7e0b9f3d52",
      domain: "contoso.example",
      companyName: "Contoso",
      delegation: "GDAP",
      subscription: { id: "5c7e1a94-0b3d-4f62-8e19-a4d6c2f7b085", displayName: "Contoso Azure" },
    },
    {
      id: "f06b8e1d-9a54-4c73-b2e8-1d5f7c3a6048",
      domain: "wingtip.example",
      companyName: "Wingtip Toys",
      delegation: "GDAP",
      subscription: { id: "e8b25f03-6d9c-4a17-b5f4-2c0e7a1d8396", displayName: "Wingtip Toys Azure" },
    },
    {
      id: "82e5d7c0-4f1b-4a96-8d3c-b7a9e2f60c15",
      domain: "adventure.example",
      companyName: "Adventure Works",
      delegation: "DAP",
      subscription: { id: "17f4c8d2-a65e-4b30-9c7b-d3e8f0521a64", displayName: "Adventure Works Azure" },
    },
  ],
} as const satisfies PartnerSeeds & { government: TenantSeed };

/** The initial state of each cloud. */
const seedsByCloud: Record<CloudName, PartnerSeeds> = { AzureCloud: seeds, AzureUSGovernment: governmentSeeds };

export const seedsOf = (cloud: CloudName): PartnerSeeds => seedsByCloud[cloud];

/** Every cloud's seeds: also those of clouds that do not run. */
export const allSeeds: readonly PartnerSeeds[] = Object.values(seedsByCloud);

/** Every partner's directory, in any cloud. */
export const allDirectories: readonly DirectorySeeds[] = allSeeds.flatMap((cloud) => [cloud, ...cloud.otherPartners]);
