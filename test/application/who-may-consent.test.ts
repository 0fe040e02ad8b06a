/** Whether an account's consent can succeed, read from the directory: the result must equal that of a real sign-in. */
import { Directory } from "../../lib/application/directory";
import { type ConsentPrecheck, consentPrecheck } from "../../lib/application/who-may-consent";
import { AzureApi } from "../../lib/azure/api";
import { assignDirectoryRole } from "../../tools/embedded-cloud/testing/directory";
import {
  azureManagementPermission,
  consentForEverybody,
  modelPermissions,
  partnerTenant,
  type RegisteredApplication,
  registerApplication,
  registerModestApplication,
} from "../../tools/embedded-cloud/testing/applications";
import { tokenFor } from "../../tools/embedded-cloud/testing/callers";
import { type Emulator, emulatorForEach } from "../../tools/embedded-cloud/testing/emulator";

let emulator: Emulator;
emulatorForEach((started) => {
  emulator = started;
});

const service = "svc-partner@partner.example";
const rights = ["Application.Read.All", "Directory.Read.All"];

async function look(
  application: Pick<RegisteredApplication, "clientId">,
  account = service,
  roles = rights,
): Promise<ConsentPrecheck> {
  const origin = emulator.origins.microsoftGraph;
  const token = await tokenFor(emulator, origin, { roles });
  const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  return await consentPrecheck(
    new Directory(new AzureApi("Microsoft Graph", origin, credential)),
    application.clientId,
    account,
  );
}

const delegated = [
  "Azure AD Graph Directory.AccessAsUser.All",
  "Azure AD Graph User.Read",
  "Partner Center user_impersonation",
];
const beyond = [
  "Azure AD Graph Directory.AccessAsUser.All",
  "Azure AD Graph Directory.Read.All",
  "Microsoft Graph Directory.Read.All",
  "Microsoft Graph SecurityEvents.Read.All",
];
const all = ["Global Administrator", "Privileged Role Administrator"];
const most = ["Application Administrator", "Cloud Application Administrator"];

test("an ordinary account may not consent to the model's set: what is beyond it, and who may", async () => {
  expect(await look(registerApplication(emulator))).toEqual({
    missing: delegated,
    asks: true,
    refused: { beyond, byPolicy: false },
    administrators: all,
  });
});

test.each([
  ["globalAdministrator", undefined],
  ["privilegedRoleAdministrator", undefined],
  ["applicationAdministrator", beyond.slice(1)],
  ["cloudApplicationAdministrator", beyond.slice(1)],
] as const)("with the role %s", async (role, left) => {
  assignDirectoryRole(partnerTenant(emulator), role, emulator.seeds.users.serviceAccount.id);
  const { refused } = await look(registerApplication(emulator));
  expect(refused).toEqual(left === undefined ? undefined : { beyond: left, byPolicy: false });
});

test("what everybody was granted asks nobody, and what is declared later is asked with all the rest", async () => {
  const application = registerApplication(emulator);
  consentForEverybody(emulator, application.application);
  expect(await look(application)).toEqual({ missing: [], asks: false, refused: undefined, administrators: all });
  application.application.requiredResourceAccess = [...modelPermissions, azureManagementPermission];
  expect(await look(application)).toEqual({
    missing: ["Azure Resource Manager user_impersonation"],
    asks: false,
    // Of what is asked for once more nothing is to be granted.
    refused: { beyond: ["Azure Resource Manager user_impersonation"], byPolicy: false },
    alone: [expect.objectContaining({ resource: "Azure Resource Manager", value: "user_impersonation" })],
    administrators: all,
  });
});

describe("permissions that an account may grant for itself", () => {
  test("it may, and so may every administrator", async () => {
    expect(await look(registerModestApplication(emulator))).toEqual({
      missing: delegated.slice(1),
      asks: true,
      refused: undefined,
      administrators: [...all, ...most],
    });
  });

  test.each<[string, string[], boolean]>([
    ["no policy", [], true],
    [
      "policies for teams and chats alone",
      ["ManagePermissionGrantsForOwnedResource.microsoft-dynamically-managed-permissions-for-team"],
      true,
    ],
    ["the recommended one", ["ManagePermissionGrantsForSelf.microsoft-user-default-recommended"], false],
    ["one of the tenant's own, of which Entra alone can tell", ["ManagePermissionGrantsForSelf.our-own"], false],
  ])("with %s assigned", async (_, policies, refused) => {
    partnerTenant(emulator).permissionGrantPolicies = policies;
    const found = await look(registerModestApplication(emulator), service, [...rights, "Policy.Read.All"]);
    expect(found.refused).toEqual(refused ? { beyond: delegated.slice(1), byPolicy: true } : undefined);
  });

  test("who may not read the policy leaves it to Entra", async () => {
    partnerTenant(emulator).permissionGrantPolicies = [];
    expect((await look(registerModestApplication(emulator))).refused).toBeUndefined();
  });
});

test.each<[string, () => Parameters<typeof look>, RegExp]>([
  [
    "an account that is not there",
    () => [registerApplication(emulator), "nobody@partner.example"],
    /no account nobody@/u,
  ],
  [
    "an application of another tenant",
    () => [{ clientId: "11111111-2222-4333-8444-555555555555" }],
    /not registered in this tenant/u,
  ],
  ["no right to look", () => [registerApplication(emulator), service, ["Group.Read.All"]], /403/u],
  [
    "no right to see roles",
    () => {
      assignDirectoryRole(partnerTenant(emulator), "globalAdministrator", emulator.seeds.users.serviceAccount.id);
      return [
        registerApplication(emulator),
        service,
        ["Application.Read.All", "User.Read.All", "DelegatedPermissionGrant.ReadWrite.All"],
      ];
    },
    /shows this process no directory roles/u,
  ],
])("%s cannot be told, and says so", async (_, asked, words) => {
  await expect(look(...asked())).rejects.toThrow(words);
});
