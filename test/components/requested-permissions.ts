/** The permissions of the Secure Application Model, in its own order, and those that a stack may add. */
const role = (id: string): object => ({ id, type: "Role" });
const scope = (id: string): object => ({ id, type: "Scope" });

export const azureAdGraph = {
  resourceAppId: "00000002-0000-0000-c000-000000000000",
  resourceAccesses: [
    role("5778995a-e1bf-45b8-affa-663a9f3f4d04"),
    scope("a42657d6-7f20-40e3-b6f0-cee03008a62a"),
    scope("311a71cc-e848-46a1-bdf8-97ff7156d8e6"),
  ],
};
export const microsoftGraph = {
  resourceAppId: "00000003-0000-0000-c000-000000000000",
  resourceAccesses: [role("bf394140-e372-4bf9-a898-299cfc7564e5"), role("7ab1d382-f21e-4acd-a863-ba3e13f7da61")],
};
export const partnerCenter = {
  resourceAppId: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
  resourceAccesses: [scope("1cebfa2a-fb4d-419e-b5f9-839b4383e05a")],
};
export const azureManagement = {
  resourceAppId: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
  resourceAccesses: [scope("41094075-9dad-400e-a0bd-54e686782033")],
};
export const graphUserRead = scope("e1fe6dd8-ba31-4d61-89e7-88639da4683d");

/** What a token from a sign-in must include for them. */
export const declaredScopes = [
  {
    resource: "Azure AD Graph",
    resourceAppId: azureAdGraph.resourceAppId,
    scopes: ["Directory.AccessAsUser.All", "User.Read"],
  },
  { resource: "Partner Center", resourceAppId: partnerCenter.resourceAppId, scopes: ["user_impersonation"] },
];
export const declaredAzure = {
  resource: "Azure Resource Manager",
  resourceAppId: azureManagement.resourceAppId,
  scopes: ["user_impersonation"],
};
export const declaredGraph = {
  resource: "Microsoft Graph",
  resourceAppId: microsoftGraph.resourceAppId,
  scopes: ["User.Read"],
};
