/** Microsoft's own applications: app ids and permission ids are the public, constant ones of every tenant. */
export interface PermissionScope {
  id: string;
  value: string;
  /** "Admin": an ordinary user cannot consent to it. */
  type: "User" | "Admin";
}

export interface FirstPartyApplication {
  appId: string;
  displayName: string;
  appRoles: readonly { id: string; value: string }[];
  scopes: readonly PermissionScope[];
}

export { microsoftGraph } from "./first-party-graph";

export const azureAdGraph = {
  appId: "00000002-0000-0000-c000-000000000000",
  displayName: "Windows Azure Active Directory",
  appRoles: [{ id: "5778995a-e1bf-45b8-affa-663a9f3f4d04", value: "Directory.Read.All" }],
  scopes: [
    // Documented as User and as Admin; the stricter one is used.
    { id: "a42657d6-7f20-40e3-b6f0-cee03008a62a", value: "Directory.AccessAsUser.All", type: "Admin" },
    { id: "311a71cc-e848-46a1-bdf8-97ff7156d8e6", value: "User.Read", type: "User" },
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

/** A resource outside of the model: for tests with additional permissions. It has no service here. */
export const exchangeOnline = {
  appId: "00000002-0000-0ff1-ce00-000000000000",
  displayName: "Office 365 Exchange Online",
  appRoles: [
    { id: "dc890d15-9560-4a4c-9b7f-a736ec74ec40", value: "full_access_as_app" },
    { id: "dc50a0fb-09a3-484d-be87-e023b12c6440", value: "Exchange.ManageAsApp" },
  ],
  scopes: [
    { id: "3b5f3d61-589b-4a3c-a359-5dd4b5ee5bd5", value: "EWS.AccessAsUser.All", type: "User" },
    // We found no documented type; the stricter one is used.
    { id: "ab4f2b77-0b06-4fc1-a9de-02113fc2ab7c", value: "Exchange.Manage", type: "Admin" },
  ],
} as const satisfies FirstPartyApplication;
