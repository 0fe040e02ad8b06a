/** Permissions of the Secure Application Model, and one that a stack may add. */
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
export const partnerCenter = {
  resourceAppId: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
  resourceAccesses: [scope("1cebfa2a-fb4d-419e-b5f9-839b4383e05a")],
};
export const azureManagement = {
  resourceAppId: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
  resourceAccesses: [scope("41094075-9dad-400e-a0bd-54e686782033")],
};
