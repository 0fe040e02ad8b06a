import type { FirstPartyApplication } from "./first-party";

/** Some of Microsoft Graph's permissions: https://learn.microsoft.com/graph/permissions-reference. */
export const microsoftGraph = {
  appId: "00000003-0000-0000-c000-000000000000",
  displayName: "Microsoft Graph",
  appRoles: [
    { id: "bf394140-e372-4bf9-a898-299cfc7564e5", value: "SecurityEvents.Read.All" },
    { id: "7ab1d382-f21e-4acd-a863-ba3e13f7da61", value: "Directory.Read.All" },
    { id: "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", value: "Application.Read.All" },
    { id: "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", value: "Application.ReadWrite.All" },
    { id: "18a4783c-866b-4cc7-a460-3d5e5662c884", value: "Application.ReadWrite.OwnedBy" },
    { id: "06b708a9-e830-4db3-a914-8e69da51d44f", value: "AppRoleAssignment.ReadWrite.All" },
    { id: "f6e9e124-4586-492f-adc0-c6f96e4823fd", value: "DelegatedAdminRelationship.Read.All" },
    { id: "8e8e4742-1d95-4f68-9d56-6ee75648c72a", value: "DelegatedPermissionGrant.ReadWrite.All" },
    { id: "5b567255-7703-4780-807c-7be8301ae99b", value: "Group.Read.All" },
    { id: "dbaae8cf-10b5-4b86-a4a1-f871c94c6695", value: "GroupMember.ReadWrite.All" },
    { id: "246dd0d5-5bd0-4def-940b-0421030a5b68", value: "Policy.Read.All" },
    { id: "483bed4a-2ad3-4361-a73b-c83ccdbdc53c", value: "RoleManagement.Read.Directory" },
    { id: "df021288-bdef-4463-88db-98f22de89214", value: "User.Read.All" },
    { id: "97235f07-e226-4f63-ace3-39588e11d3a1", value: "User.ReadBasic.All" },
    { id: "77f3a031-c388-4f99-b373-dc68676a979e", value: "User.RevokeSessions.All" },
  ],
  scopes: [
    { id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d", value: "User.Read", type: "User" },
    { id: "37f7f235-527c-4136-accd-4a02d197296e", value: "openid", type: "User" },
    { id: "14dad69e-099b-42c9-810b-d002981feec1", value: "profile", type: "User" },
    { id: "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", value: "email", type: "User" },
    { id: "7427e0e9-2fba-42fe-b0c0-848c9e6a8182", value: "offline_access", type: "User" },
    { id: "570282fd-fa5c-430d-a7fd-fc8dc98a9dca", value: "Mail.Read", type: "User" },
    { id: "b340eb25-3456-403f-be2f-af7a0d370277", value: "User.ReadBasic.All", type: "User" },
    { id: "0c0064ea-477b-4130-82a5-4c2cc4ff68aa", value: "DelegatedAdminRelationship.Read.All", type: "Admin" },
    { id: "06da0dbc-49e2-44d2-8312-53f166ab848a", value: "Directory.Read.All", type: "Admin" },
    { id: "5f8c59db-677d-491f-a6b8-5f174b11ec1d", value: "Group.Read.All", type: "Admin" },
    { id: "a154be20-db9c-4678-8ab7-66f6cc099a59", value: "User.Read.All", type: "Admin" },
  ],
} as const satisfies FirstPartyApplication;
