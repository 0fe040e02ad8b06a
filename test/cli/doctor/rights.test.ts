import { judgeAzureRoles, judgeDestination, judgeRegistration } from "../../../cli/doctor/checks/azure";
import { graphRolesCheck } from "../../../cli/doctor/checks/deployer";
import { loginCheck } from "../../../cli/doctor/checks/target";
import { judgePolicies, judgeWrite } from "../../../cli/doctor/checks/vault";
import { allows } from "../../../lib/azure/held-permissions";
import { clouds } from "../../../lib/config/clouds";
import type { Claims } from "../../../lib/oauth/claims";
import { known, told } from "../support/told";

const application: Claims = { tid: "t", oid: "o", appid: "a" };
const person: Claims = { ...application, upn: "me@partner.example", scp: "user_impersonation" };

test.each<[string, Claims, NodeJS.ProcessEnv, string]>([
  [
    "an application",
    application,
    { ARM_CLIENT_ID: "a" },
    "application a (object o) of tenant t, from ARM_* or AZURE_* variables",
  ],
  ["a person", person, {}, "me@partner.example (object o) of tenant t, from the Azure CLI, a managed identity or azd"],
  [
    "a person without a name",
    { tid: "t", oid: "o", scp: "x" },
    {},
    "user o (object o) of tenant t, from the Azure CLI, a managed identity or azd",
  ],
])("the login of %s is named", async (_, login, environment, what) => {
  expect(told(await loginCheck.look(known({ login }, environment)))).toEqual({ state: "ok", what });
});

describe("rights in the directory", () => {
  const roles = ["Application.ReadWrite.All", "Directory.Read.All"];
  const held = roles.join(", ");
  const add = (id: string) =>
    `az ad app permission add --id a --api 00000003-0000-0000-c000-000000000000 --api-permissions ${id}=Role`;
  const members = add("dbaae8cf-10b5-4b86-a4a1-f871c94c6695");
  const byAz = (adds: string) =>
    `Add the missing ones, and have an administrator consent to them: ${adds}, then az ad app permission admin-consent --id a`;
  const portal = "App registrations, the application, API permissions, Grant admin consent";
  const [preconsent, none] = [{ configurePreconsent: true }, { configurePreconsent: false }];
  const grants = { ...none, adminConsent: "account" };
  const lacksMembers = {
    state: "failed",
    what: `lacks GroupMember.ReadWrite.All on Microsoft Graph; held: ${held}`,
    exitCode: 1,
  };
  const administrator = { wids: ["b79fbf4d-3ef9-4689-8143-76b194e85509", "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"] };
  const administers = { state: "ok", what: "Application Administrator: may create and change every application" };

  test.each<[string, Claims, object | undefined, object, (keyof typeof clouds)?]>([
    ["an application needs application permissions", { roles }, none, { state: "ok", what: held }],
    [
      "one more is for the pre-consent, which no stack rules out",
      { roles },
      undefined,
      { state: "warning", what: `${held}; enough while configurePreconsent is disabled`, fix: byAz(members) },
    ],
    ["with the pre-consent it takes that one", { roles }, preconsent, { ...lacksMembers, fix: byAz(members) }],
    [
      "outside AzureCloud az gives no administrator's consent: the portal does",
      { roles },
      preconsent,
      {
        ...lacksMembers,
        fix: `Add the missing ones, and have an administrator consent to them in the cloud's portal (${portal}): ${members}`,
      },
      "AzureChinaCloud",
    ],
    [
      "grants take a permission of their own, where the stack makes some",
      { roles },
      grants,
      {
        ...{ state: "failed", exitCode: 1 },
        what: `lacks DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph; held: ${held}`,
        fix: byAz(add("8e8e4742-1d95-4f68-9d56-6ee75648c72a")),
      },
    ],
    [
      "and that one is enough",
      { roles: [...roles, "DelegatedPermissionGrant.ReadWrite.All"] },
      grants,
      { state: "ok", what: `${held}, DelegatedPermissionGrant.ReadWrite.All` },
    ],
    [
      "the narrower permission is enough",
      { roles: ["Application.ReadWrite.OwnedBy", "Directory.Read.All"] },
      none,
      { state: "ok", what: "Application.ReadWrite.OwnedBy, Directory.Read.All" },
    ],
    ["an application may hold a directory role instead", administrator, preconsent, administers],
    ["so may a person", { ...person, ...administrator }, preconsent, administers],
    [
      "of a person without one nothing can be told, which is not ok",
      { ...person, wids: [] },
      undefined,
      {
        state: "warning",
        what: expect.stringMatching(/^could not tell: me@partner\.example has no directory role/u) as string,
        fix: "Assign the directory role Application Administrator to the account, or deploy as an application",
      },
    ],
  ])("%s", async (_, claims, settings, finding, cloud = "AzureCloud") => {
    const stack = settings && { settings };
    const facts = known({ graphLogin: { ...application, ...claims }, stack, cloud: clouds[cloud] });
    expect(told(await graphRolesCheck.look(facts))).toEqual(finding);
  });
});

describe("roles in Azure", () => {
  const owner = { actions: ["*"], notActions: [], dataActions: [], notDataActions: [] };
  const contributor = { ...owner, notActions: ["Microsoft.Authorization/*/Write"] };
  const at = (subscription: string, ...held: object[]) => ({ subscription, held, heldInSubscription: held });
  const inGroup = (...held: object[]) => ({
    subscription: "s",
    group: { location: "westeurope", id: "/subscriptions/s/resourceGroups/g" },
    held,
  });

  test.each([
    ["an owner", [at("s", owner)], "ok", "may create the vault and assign roles in subscription s"],
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
      "may not create the resource group, create the vault, assign roles on it in subscription s",
    ],
    [
      "an owner of one of two",
      [at("s"), at("u", owner)],
      "warning",
      /in subscription u, but not in every subscription/u,
    ],
    ["somebody who sees no subscription", [], "failed", "this login sees no subscription"],
  ])("%s", (_, places, state, found) => {
    const finding = judgeAzureRoles(places, "o", true);
    expect(finding.state).toBe(state);
    expect(finding.what).toMatch(found);
  });

  test("who may not is told who can change it", () => {
    const assign = "Assign the role: az role assignment create --role Owner --assignee o --scope";
    expect(told(judgeAzureRoles([at("s")], "o", true)).fix).toBe(`${assign} /subscriptions/s`);
    const place = { ...inGroup(), heldInSubscription: [] };
    expect(told(judgeAzureRoles([place], "o", false)).fix).toBe(`${assign} /subscriptions/s/resourceGroups/g`);
  });

  test.each([
    ["Microsoft.OperationalInsights/workspaces/audit", "Microsoft.OperationalInsights/workspaces/sharedKeys/action"],
    ["microsoft.storage/storageaccounts/audit", "Microsoft.Storage/storageAccounts/listKeys/action"],
  ])("whose vault's log goes to %s needs its keys", (place, action) => {
    const id = `/subscriptions/s/resourceGroups/g/providers/${place}`;
    expect(judgeDestination([{ actions: [action] }], id)).toBeUndefined();
    expect(told(judgeDestination([{ actions: ["*/read"] }], id) ?? { state: "ok", what: "" })).toEqual({
      ...{ state: "failed", what: `may not use ${id}, which vault.diagnostics names`, exitCode: 1 },
      fix: `Let its owner give this login the right ${action} on it (docs/runbook.md, roles).`,
    });
  });

  test("who owns the resource group alone needs no more, but sees no deleted vault", () => {
    const reader = { actions: ["Microsoft.KeyVault/locations/*/read"] };
    const may = "may create the vault and assign roles in resourceGroups/g";
    const judged = (heldInSubscription: object[]) =>
      told(judgeAzureRoles([{ ...inGroup(owner), heldInSubscription }], "o", false));
    expect(judged([reader])).toEqual({ state: "ok", what: may });
    expect(judged([])).toEqual({
      state: "warning",
      what: `${may}, but may not look for soft-deleted vaults: if one has the name, Azure refuses it (ConflictError)`,
      fix:
        "The deployer needs to read deleted vaults; this allows it: az role assignment create --role 'Key Vault Reader' " +
        "--assignee o --scope /subscriptions/s",
    });
  });
});

describe("Key Vault in the subscription", () => {
  const fix =
    "Register it, once for the subscription: az provider register --namespace Microsoft.KeyVault --subscription t --wait";
  const [s, t] = [
    { subscription: "s", state: "Registered" },
    { subscription: "t", state: "NotRegistered" },
  ];

  test.each([
    [[s], { state: "ok", what: "Microsoft.KeyVault is registered in s" }],
    [[t], { state: "failed", what: "Microsoft.KeyVault is NotRegistered in subscription t", fix, exitCode: 1 }],
    [[s, t], { state: "warning", what: "Microsoft.KeyVault is NotRegistered in subscription t", fix }],
    [[{ ...s, state: undefined }], { state: "skipped", what: "this login has no access to a subscription itself" }],
  ])("%j", (states, finding) => {
    expect(told(judgeRegistration(states))).toMatchObject(finding);
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

  test("a certificate takes a role of whoever makes it, and another one on its key of whoever signs", () => {
    const kinds = ["secrets/*", "certificates/*", "keys/sign/action"].map(
      (kind) => `Microsoft.KeyVault/vaults/${kind}`,
    );
    const [secrets, certificates, keys] = kinds.map((kind) => ({ dataActions: [kind] }));
    const key = `${id}/keys/client-certificate-1a2b3c4d`;
    const judged = (isMaker: boolean, vault: object[], signs: object[]) =>
      told(judgeWrite({ id, held: [secrets ?? {}, ...vault], isMaker, signs: { key, held: signs } }, "o"));
    const fine = { state: "ok", what: "this login may list, read, store and disable secrets" };
    expect([judged(true, [certificates ?? {}], [keys ?? {}]), judged(false, [], [keys ?? {}])]).toEqual([fine, fine]);
    expect(judged(true, [], [])).toEqual({
      state: "failed",
      what: "this login may not make certificates, read certificates, disable certificates, sign with its key",
      fix:
        `Assign the roles for its certificate: az role assignment create --role 'Key Vault Certificates Officer' --assignee o --scope ${id}, ` +
        `then az role assignment create --role 'Key Vault Crypto User' --assignee o --scope ${key}`,
      exitCode: 1,
    });
    // All at once, or each run would name the next one.
    expect(told(judgeWrite({ id, held: [], isMaker: true, signs: { key, held: [] } }, "o"))).toMatchObject({
      what: expect.stringMatching(
        /^this login may not list secrets, .*make certificates, .*, sign with its key$/u,
      ) as string,
      fix: expect.stringMatching(/Secrets Officer.*Certificates Officer.*Crypto User/u) as string,
    });
  });

  test.each([
    [["List", "Get", "Set", "Recover"], "ok"],
    [["List", "Get", "Set"], "failed"],
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
      what: "its access policies give this login itself no list, get, set, recover on secrets (policies of groups are not checked)",
      fix: "Add them: az keyvault set-policy --name v --object-id o --secret-permissions list get set recover",
      exitCode: 1,
    });
  });
});
