/**
 * Microsoft's own applications that a tenant holds a service principal of, with the permissions this emulator knows.
 * App ids and permission ids are the public, constant ones of every tenant.
 */
export interface PermissionScope {
  id: string;
  value: string;
  /** "Admin": an ordinary user cannot consent to it alone. */
  type: "User" | "Admin";
}

export interface FirstPartyApplication {
  appId: string;
  displayName: string;
  appRoles: readonly { id: string; value: string }[];
  scopes: readonly PermissionScope[];
}

export const azureAdGraph = {
  appId: "00000002-0000-0000-c000-000000000000",
  displayName: "Windows Azure Active Directory",
  appRoles: [{ id: "5778995a-e1bf-45b8-affa-663a9f3f4d04", value: "Directory.Read.All" }],
  scopes: [
    { id: "a42657d6-7f20-40e3-b6f0-cee03008a62a", value: "Directory.AccessAsUser.All", type: "Admin" },
    { id: "311a71cc-e848-46a1-bdf8-97ff7156d8e6", value: "User.Read", type: "User" },
  ],
} as const satisfies FirstPartyApplication;

export const microsoftGraph = {
  appId: "00000003-0000-0000-c000-000000000000",
  displayName: "Microsoft Graph",
  appRoles: [
    { id: "bf394140-e372-4bf9-a898-299cfc7564e5", value: "SecurityEvents.Read.All" },
    { id: "7ab1d382-f21e-4acd-a863-ba3e13f7da61", value: "Directory.Read.All" },
    { id: "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", value: "Application.Read.All" },
    { id: "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", value: "Application.ReadWrite.All" },
    { id: "18a4783c-866b-4cc7-a460-3d5e5662c884", value: "Application.ReadWrite.OwnedBy" },
    { id: "5b567255-7703-4780-807c-7be8301ae99b", value: "Group.Read.All" },
    { id: "dbaae8cf-10b5-4b86-a4a1-f871c94c6695", value: "GroupMember.ReadWrite.All" },
  ],
  scopes: [
    { id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d", value: "User.Read", type: "User" },
    { id: "37f7f235-527c-4136-accd-4a02d197296e", value: "openid", type: "User" },
    { id: "14dad69e-099b-42c9-810b-d002981feec1", value: "profile", type: "User" },
    { id: "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", value: "email", type: "User" },
    { id: "7427e0e9-2fba-42fe-b0c0-848c9e6a8182", value: "offline_access", type: "User" },
    { id: "06da0dbc-49e2-44d2-8312-53f166ab848a", value: "Directory.Read.All", type: "Admin" },
  ],
} as const satisfies FirstPartyApplication;

export const partnerCenter = {
  appId: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
  displayName: "Microsoft Partner Center",
  appRoles: [],
  scopes: [{ id: "1cebfa2a-fb4d-419e-b5f9-839b4383e05a", value: "user_impersonation", type: "User" }],
} as const satisfies FirstPartyApplication;

export const resourceManager = {
  appId: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
  displayName: "Windows Azure Service Management API",
  appRoles: [],
  scopes: [{ id: "41094075-9dad-400e-a0bd-54e686782033", value: "user_impersonation", type: "User" }],
} as const satisfies FirstPartyApplication;

export const keyVault = {
  appId: "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
  displayName: "Azure Key Vault",
  appRoles: [],
  scopes: [{ id: "f53da476-18e3-4152-8e01-aec403e6edc0", value: "user_impersonation", type: "User" }],
} as const satisfies FirstPartyApplication;
