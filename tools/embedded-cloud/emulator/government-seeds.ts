/** The seeds of the US Government cloud: no id, name or password is the same as in the global one. */
import type { PartnerSeeds, UserSeed } from "./seed-schema";

const serviceAccount: UserSeed = {
  id: "b7e21c58-04d9-4f6a-9c83-e1a5d06f2b74",
  userPrincipalName: "svc-partner@partner-gov.example",
  displayName: "Government Service Account",
  password: "embedded-cloud-gov-svc-partner",
  mfa: true,
};

const serviceAccountWithoutMfa: UserSeed = {
  id: "0c94f3a6-82b1-4e7d-b5f0-6d3e9a17c845",
  userPrincipalName: "svc-nomfa@partner-gov.example",
  displayName: "Government Service Account without MFA",
  password: "embedded-cloud-gov-svc-nomfa",
  mfa: false,
};

const otherAccount: UserSeed = {
  id: "e5038d1b-6f7c-42a9-8e14-9b2c7d5f0a36",
  userPrincipalName: "bob@partner-gov.example",
  displayName: "Bob Example",
  password: "embedded-cloud-gov-bob",
  mfa: true,
};

const administrator: UserSeed = {
  id: "93c5e0f7-2a4b-4d61-8b7e-f60d1c8a3e59",
  userPrincipalName: "admin@partner-gov.example",
  displayName: "Government Administrator",
  password: "embedded-cloud-gov-admin",
  mfa: true,
  directoryRole: "globalAdministrator",
};

const adminAgents = { id: "f17a5c3e-9d84-4b02-a6e7-2c0b8f94d15a", displayName: "AdminAgents" };

export const governmentSeeds = {
  partner: {
    cloud: "AzureUSGovernment",
    id: "d2b7c9e4-1a68-4f53-9e0b-3c5d7a8f6b11",
    displayName: "Fabrikam Government",
    domains: ["partner-gov.example", "fabrikamgovernment.onmicrosoft.us"],
  },
  users: { serviceAccount, serviceAccountWithoutMfa, otherAccount, administrator },
  groups: {
    adminAgents,
    helpdeskAgents: { id: "35d0e8b9-7c12-4fa6-91bd-a4f6037c2e88", displayName: "HelpdeskAgents" },
    salesAgents: { id: "8a6f42d7-e05b-4c91-b338-50d9c1e7f26b", displayName: "SalesAgents" },
  },
  members: { [adminAgents.id]: [serviceAccount.id, serviceAccountWithoutMfa.id] },
  otherPartners: [],
  deployer: {
    displayName: "Government Deployer",
    clientId: "6e90a2d4-b37f-4815-8c6d-f05b1e94a723",
    objectId: "29c7f81e-5ad3-4e60-97b4-8e1f6c02d9b5",
    servicePrincipalId: "d48b06f5-1c9e-47a2-b0f3-7a95e3c8d612",
    clientSecret: "embedded-cloud-gov-deployer-secret",
    secretId: "7fb31e90-c648-4d25-a1e9-03d7b5f8c4a6",
    appRoles: [
      "Application.ReadWrite.All",
      "DelegatedPermissionGrant.ReadWrite.All",
      "GroupMember.ReadWrite.All",
      "Directory.Read.All",
    ],
    ownerAssignment: "52e6d7a0-f389-4b1c-8d57-c6a04f9be218",
  },
  subscription: { id: "9d15b7f2-408e-4c63-a7d9-1f6e5c3b0a84", displayName: "Fabrikam Government Subscription" },
  customers: [
    {
      id: "a3f5d209-7e8b-4164-9c0d-b8e7415f6c3a",
      domain: "litware-gov.example",
      companyName: "Litware Agency",
      delegation: "GDAP",
      subscription: { id: "c2a9e671-3f8d-4d05-a1b6-7e4c9f20d58b", displayName: "Litware Agency Azure" },
    },
    {
      id: "1be80c67-d95a-4f3e-82a1-6c4d9f07e5b3",
      domain: "citypower-gov.example",
      companyName: "City Power and Light",
      delegation: "GDAP",
      subscription: { id: "9d06b3f8-e154-47ca-86d2-0f5a8c7e1b39", displayName: "City Power and Light Azure" },
    },
    {
      id: "c70d4f9e-2b16-4a85-b3ef-e95a1d8c7042",
      domain: "treyresearch-gov.example",
      companyName: "Trey Research",
      delegation: "DAP",
      subscription: { id: "6a3fd715-82c4-4e9b-b07f-e1c5d9480a26", displayName: "Trey Research Azure" },
    },
  ],
} as const satisfies PartnerSeeds;
