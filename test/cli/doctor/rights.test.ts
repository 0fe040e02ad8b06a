import { judgeAzureRoles, judgeGraphRoles } from "../../../cli/doctor/checks/deployer";
import { judgeLogin } from "../../../cli/doctor/checks/target";
import { judgePolicies, judgeWrite } from "../../../cli/doctor/checks/vault";
import { allows } from "../../../cli/doctor/held-permissions";
import type { Claims } from "../../../oauth/claims";
import { told } from "../support/told";

const application: Claims = { tid: "t", oid: "o", appid: "a" };
const person: Claims = { ...application, upn: "me@partner.example", scp: "user_impersonation" };

describe("login", () => {
  test.each<[Claims, NodeJS.ProcessEnv, string]>([
    [application, { ARM_CLIENT_ID: "a" }, "application a (object o) of tenant t, from ARM_* or AZURE_* variables"],
    [person, {}, "me@partner.example (object o) of tenant t, from the Azure CLI, a managed identity or azd"],
    [
      { tid: "t", oid: "o", scp: "x" },
      {},
      "user o (object o) of tenant t, from the Azure CLI, a managed identity or azd",
    ],
  ])("%j is named", (claims, environment, found) => {
    expect(told(judgeLogin(claims, environment))).toEqual({ state: "ok", found });
  });
});

describe("rights in the directory", () => {
  const roles = ["Application.ReadWrite.All", "Directory.Read.All"];
  const grantMembers =
    "Add what is missing, and let an administrator consent to it: " +
    "az ad app permission add --id a --api 00000003-0000-0000-c000-000000000000 --api-permissions dbaae8cf-10b5-4b86-a4a1-f871c94c6695=Role, " +
    "then az ad app permission admin-consent --id a";

  test("an application needs application permissions, and one more for the pre-consent", () => {
    expect(told(judgeGraphRoles({ ...application, roles }, false))).toEqual({ state: "ok", found: roles.join(", ") });
    expect(told(judgeGraphRoles({ ...application, roles }, undefined))).toEqual({
      state: "warning",
      found: "Application.ReadWrite.All, Directory.Read.All; enough as long as configurePreconsent is disabled",
      fix: grantMembers,
    });
    expect(told(judgeGraphRoles({ ...application, roles }, true))).toEqual({
      state: "failed",
      found: "lacks GroupMember.ReadWrite.All on Microsoft Graph; held: Application.ReadWrite.All, Directory.Read.All",
      fix: grantMembers,
      exitCode: 1,
    });
  });

  test("grants take a permission of their own, and only where the stack makes some", () => {
    const roles = ["Application.ReadWrite.All", "Directory.Read.All"];
    expect(told(judgeGraphRoles({ ...application, roles }, false, true))).toMatchObject({
      state: "failed",
      found:
        "lacks DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph; held: Application.ReadWrite.All, Directory.Read.All",
      fix: expect.stringContaining("--api-permissions 8e8e4742-1d95-4f68-9d56-6ee75648c72a=Role") as string,
    });
    const granting = [...roles, "DelegatedPermissionGrant.ReadWrite.All"];
    expect(judgeGraphRoles({ ...application, roles: granting }, false, true).state).toBe("ok");
  });

  test("the narrower permission is enough", () => {
    const narrow = ["Application.ReadWrite.OwnedBy", "Directory.Read.All"];
    expect(judgeGraphRoles({ ...application, roles: narrow }, false).state).toBe("ok");
  });

  test("a person, or an application, may hold a directory role instead", () => {
    const wids = ["b79fbf4d-3ef9-4689-8143-76b194e85509", "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"];
    const found = { state: "ok", found: "Application Administrator: may create and change every application" };
    expect([judgeGraphRoles({ ...person, wids }, true), judgeGraphRoles({ ...application, wids }, true)]).toEqual([
      found,
      found,
    ]);
  });

  test("of a person without one nothing can be told, which is not ok", () => {
    expect(told(judgeGraphRoles({ ...person, wids: [] }, undefined))).toMatchObject({
      state: "warning",
      found: expect.stringMatching(/^could not tell: me@partner\.example holds no directory role/u) as string,
    });
  });
});

describe("roles in Azure", () => {
  const owner = { actions: ["*"], notActions: [], dataActions: [], notDataActions: [] };
  const contributor = { ...owner, notActions: ["Microsoft.Authorization/*/Write"] };
  const at = (subscription: string, ...held: object[]) => ({ subscription, held });

  test.each([
    ["an owner", [at("s", owner)], "ok", "may create, and assign roles, in s"],
    ["a contributor", [at("s", contributor)], "failed", "may not assign roles on it in subscription s"],
    [
      "a contributor who administers access",
      [at("s", contributor, { actions: ["Microsoft.Authorization/*"] })],
      "ok",
      /s$/u,
    ],
    [
      "nobody",
      [at("s")],
      "failed",
      /^may not create the resource group, create the vault, find .* in subscription s$/u,
    ],
    ["an owner of one of two", [at("s"), at("u", owner)], "warning", /in u, but not in every subscription/u],
    ["somebody who sees no subscription", [], "failed", "no subscription is visible to this login"],
  ])("%s", (_, places, state, found) => {
    const finding = judgeAzureRoles(places, "o");
    expect(finding.state).toBe(state);
    expect(finding.found).toMatch(found);
  });

  test("who may not is told who can change it", () => {
    expect(told(judgeAzureRoles([at("s")], "o")).fix).toBe(
      "Assign the role: az role assignment create --role Owner --assignee o --scope /subscriptions/s",
    );
  });
});

test("what a role takes back another one may give, and the planes are apart", () => {
  const write = "Microsoft.KeyVault/vaults/secrets/setSecret/action";
  const officer = { dataActions: ["Microsoft.KeyVault/vaults/secrets/*"] };
  expect(allows([officer], write.toUpperCase(), "data")).toBe(true);
  expect(allows([officer], write, "control")).toBe(false);
  expect(allows([{ actions: ["*"] }], write, "data")).toBe(false);
  expect(allows([{ ...officer, notDataActions: ["*/setSecret/*"] }], write, "data")).toBe(false);
  expect(allows([{ ...officer, notDataActions: ["*/setSecret/*"] }, officer], write, "data")).toBe(true);
  expect(allows([{ dataActions: ["Microsoft.KeyVault/vaults"] }], write, "data")).toBe(false);
});

describe("writing to the vault", () => {
  const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v";

  test("reading alone is not enough, and is said to be enough for scripts", () => {
    const user = [{ dataActions: [`Microsoft.KeyVault/vaults/secrets/getSecret/action`, "*/readMetadata/action"] }];
    expect(told(judgeWrite(user, id, "o"))).toEqual({
      state: "failed",
      found: "this login may not store secrets, disable old versions; whoever only uses tokens needs no more",
      fix: `Assign the role: az role assignment create --role 'Key Vault Secrets Officer' --assignee o --scope ${id}`,
      exitCode: 1,
    });
  });

  test.each([
    [["List", "Get", "Set"], "ok"],
    [["all"], "ok"],
    [["get"], "failed"],
    [undefined, "failed"],
  ])("a vault's own policies with %j: %s", (secrets, state) => {
    const accessPolicies = [{ objectId: "o", permissions: secrets === undefined ? {} : { secrets } }];
    expect(judgePolicies({ id, properties: { accessPolicies } }, "o").state).toBe(state);
  });

  test("policies of somebody else do not count", () => {
    const accessPolicies = [{ objectId: "another", permissions: { secrets: ["all"] } }];
    expect(told(judgePolicies({ id, properties: { accessPolicies } }, "o"))).toEqual({
      state: "failed",
      found:
        "its access policies give this login itself no list, get, set on secrets (policies of groups are not looked at)",
      fix: "Add them: az keyvault set-policy --name v --object-id o --secret-permissions list get set",
      exitCode: 1,
    });
  });
});
