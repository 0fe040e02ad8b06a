/** Doctor's findings about where it looks, as whom, and with which rights in the directory. */
import { graphRolesCheck } from "../../../cli/doctor/checks/deployer";
import { cloudCheck, loginCheck, tenantCheck } from "../../../cli/doctor/checks/target";
import { vaultCheck } from "../../../cli/doctor/checks/vault";
import { Facts } from "../../../cli/doctor/facts";
import { allows } from "../../../lib/azure/held-permissions";
import { clouds } from "../../../lib/config/clouds";
import type { Claims } from "../../../lib/oauth/claims";
import { ownEndpoints } from "../../support/own-endpoints";
import { nothing, testFindings } from "../support/findings";
import { known, told } from "../support/told";

testFindings(
  {
    engine: [
      [
        nothing,
        "failed (2): no pulumi on PATH; only commands that need no engine, such as token, work",
        { environment: () => ({ PATH: "/nonexistent" }) },
      ],
    ],
    cloud: [
      [nothing, "ok: AzureCloud; <authority> answers"],
      [
        nothing,
        "failed: AzureCloud, but its authority does not answer: https://127.0.0.1:4 cannot be reached: ECONNREFUSED.",
        {
          fix: "Check the network and the proxy (HTTPS_PROXY, NO_PROXY). Check the endpoints (secure-application-model:endpoints, --endpoints).",
          options: { endpoints: JSON.stringify(ownEndpoints({ authority: "https://127.0.0.1:4" })) },
        },
      ],
    ],
    tenant: [
      [nothing, "ok: <tenant>, in AzureCloud"],
      [nothing, "ok: <tenant>, found as partner.example, in AzureCloud", { options: { tenant: "partner.example" } }],
      [
        nothing,
        "failed (2): Looking for tenant nowhere.example in AzureCloud was refused: this cloud has no such tenant. Entra says: AADSTS90002: Tenant 'nowhere.example' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
        { options: { tenant: "nowhere.example" } },
      ],
    ],
    login: [
      [
        nothing,
        "ok: application <deployer's client> (object <deployer>) of tenant <tenant>, from ARM_* or AZURE_* variables",
      ],
      [
        nothing,
        "failed: Signing in to Azure failed: the Azure credential did not work (invalid_client: AADSTS7000215: Invalid client secret provided.), which means: the client secret is wrong, or is the secret's id instead of its value. Its variables: ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET.",
        {
          environment: () => ({ ARM_CLIENT_SECRET: "wrong" }),
          fix: "Unset the ARM_* variables, and sign in as a person: unset ARM_CLIENT_ID; unset ARM_CLIENT_SECRET, then az login --tenant <tenant>; or: Name a service principal: export 'ARM_TENANT_ID=<tenant>', then export 'ARM_CLIENT_ID=<client id>', then export 'ARM_CLIENT_SECRET=<client secret>'",
        },
      ],
    ],
  },
  nothing,
);

const application: Claims = { tid: "t", oid: "o", appid: "a" };
const person: Claims = { ...application, upn: "me@partner.example", scp: "user_impersonation" };

test.each<[string, Claims, string]>([
  ["a person", person, "me@partner.example (object o) of tenant t, from the Azure CLI, a managed identity or azd"],
  [
    "a person without a name",
    { tid: "t", oid: "o", scp: "x" },
    "user o (object o) of tenant t, from the Azure CLI, a managed identity or azd",
  ],
])("the login of %s is named", async (_, login, what) => {
  expect(told(await loginCheck.look(known({ login })))).toEqual({ state: "ok", what });
});

test("a tenant that nothing names is that of the login", async () => {
  const facts = { namedTenant: undefined, tenantId: "t", cloud: clouds.AzureCloud };
  expect((await tenantCheck.look(known(facts))).what).toBe("t, the tenant of the login, in AzureCloud");
});

test("endpoints that are not right are told as that, not as another cloud", async () => {
  const options = { cloud: "AzureCloud", endpoints: "nowhere.json" };
  const { what: found, fix } = told(await cloudCheck.look(new Facts(options, {})));
  expect(found).toContain("nowhere.json");
  expect(fix).toMatch(
    /^Name a JSON file that is there, .* Check the endpoints \(secure-application-model:endpoints, --endpoints\)\.$/u,
  );
});

test.each(["AzureChinaCloud", "AzureGermanCloud"])(
  "a cloud that is not the stack's, %s, is left out",
  async (cloud) => {
    const either = async () => await Promise.resolve({ name: "dev", settings: { cloud: "AzureCloud" } });
    const facts = Object.assign(new Facts({ stack: "dev", cloud }, {}), { either }) as Facts;
    const { fix, ...finding } = told(await cloudCheck.look(facts));
    const what = `--cloud ${cloud} contradicts stack dev, whose cloud is AzureCloud.`;
    expect(finding).toEqual({ state: "failed", what, exitCode: 2 });
    expect(fix).toBe("Leave it out: secure-app-model '<command>'");
  },
);

test("an output of the state that is no vault is told as that: no option names another", async () => {
  const stack = async () =>
    await Promise.resolve({ name: "dev", settings: {}, outputs: { vaultUri: "https://evil.example" } });
  const cloud = async () => await Promise.resolve(clouds.AzureCloud);
  const facts = Object.assign(new Facts({ stack: "dev" }, {}), { stack, cloud }) as unknown as Facts;
  expect(told(await vaultCheck.look(facts))).toEqual({
    ...{ state: "failed", exitCode: 2 },
    what: 'The output vaultUri of stack dev is "https://evil.example", which is no vault of AzureCloud.',
    fix: expect.stringMatching(/restore the previous state: pulumi stack import --file '<backup>'$/u) as string,
  });
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
