/** Microsoft Graph's data about who may consent: the roles of an account, and the tenant's policy. */
import { assignDirectoryRole } from "../../emulator/directory-roles";
import { partnerTenant } from "../../testing/applications";
import { askService, codeOf } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();

const get = (path: string, role: string) => askService(emulator, "microsoftGraph", { roles: [role] })("GET", path);
const administrator = () => emulator.seeds.users.administrator;

test("an account's memberships are its groups and its roles, by id or name", async () => {
  assignDirectoryRole(partnerTenant(emulator), "directoryReaders", emulator.seeds.users.serviceAccount.id);
  for (const name of [emulator.seeds.users.serviceAccount.id, "svc-partner@partner.example"]) {
    const path = `/v1.0/users/${name}/transitiveMemberOf?$select=id,displayName,roleTemplateId`;
    const { status, body } = await get(path, "Directory.Read.All");
    expect([status, body]).toEqual([
      200,
      {
        "@odata.context": `${emulator.origins.microsoftGraph}/v1.0/$metadata#directoryObjects(id,displayName,roleTemplateId)`,
        value: [
          {
            "@odata.type": "#microsoft.graph.group",
            id: emulator.seeds.groups.adminAgents.id,
            displayName: "AdminAgents",
          },
          {
            "@odata.type": "#microsoft.graph.directoryRole",
            id: expect.any(String) as unknown,
            displayName: "Directory Readers",
            roleTemplateId: "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
          },
        ],
      },
    ]);
  }
});

test("without a right to read roles a membership shows its type and id alone", async () => {
  const { body } = await get(`/v1.0/users/${administrator().id}/transitiveMemberOf`, "User.Read.All");
  expect(body).toMatchObject({
    value: [{ "@odata.type": "#microsoft.graph.directoryRole", displayName: null, roleTemplateId: null }],
  });
});

test("what ordinary accounts may consent to", async () => {
  partnerTenant(emulator).permissionGrantPolicies = ["ManagePermissionGrantsForSelf.microsoft-user-default-low"];
  const { status, body } = await get("/v1.0/policies/authorizationPolicy", "Policy.Read.All");
  expect([status, body]).toMatchObject([
    200,
    {
      id: "authorizationPolicy",
      defaultUserRolePermissions: {
        permissionGrantPoliciesAssigned: ["ManagePermissionGrantsForSelf.microsoft-user-default-low"],
      },
    },
  ]);
});

test.each([
  ["/v1.0/users/svc-partner@partner.example/transitiveMemberOf", "User.ReadBasic.All"],
  ["/v1.0/policies/authorizationPolicy", "Directory.Read.All"],
  ["/v1.0/users?$filter=userPrincipalName eq 'svc-partner@partner.example'", "Policy.Read.All"],
])("403 Authorization_RequestDenied: %s with %s", async (path, role) => {
  expect(codeOf(await get(path, role))).toEqual([403, "Authorization_RequestDenied"]);
});

test("501: what is read whole takes no option", async () => {
  const path = "/v1.0/policies/authorizationPolicy?$select=id";
  expect(codeOf(await get(path, "Policy.Read.All"))).toEqual([501, "NotImplemented"]);
});
