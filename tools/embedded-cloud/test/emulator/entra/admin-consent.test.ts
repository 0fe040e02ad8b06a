/** The adminconsent endpoint: an administrator consents for everybody to everything that is declared. */
import { assignDirectoryRole, type DirectoryRoleName } from "../../../emulator/directory-roles";
import { seedsOf } from "../../../emulator/seeds";
import {
  azureManagementPermission,
  modelPermissions,
  partnerTenant,
  registerApplication,
  registerModestApplication,
  type RegisteredApplication,
} from "../../../testing/applications";
import { emulatorForEach, signInFor } from "../../../testing/emulator";
import { grantsOf, rolesOf } from "../../../testing/grants";
import { authorizeUrl, signedIn } from "../../../testing/oauth";
import { openPage } from "../pages";

let application: RegisteredApplication;
const cloud = emulatorForEach((started) => (application = registerApplication(started)), {
  clouds: ["AzureCloud", "AzureUSGovernment"],
});

const users = () => cloud.seeds.users;

interface Asked {
  who?: RegisteredApplication;
  /** Behind the authority. */
  path?: string;
  authority?: string;
  parameters?: Record<string, string | undefined>;
}

function address({ who = application, path, authority = cloud.url, parameters }: Asked = {}): string {
  const left = { response_type: undefined, scope: undefined };
  const url = authorizeUrl(cloud, who, { ...left, ...parameters }, path ?? `/${cloud.seeds.partner.id}/adminconsent`);
  return url.replace(cloud.url, authority);
}
const consentAs = (asked: Asked = {}, answers = {}) =>
  signInFor(address(asked), { account: users().administrator, ...answers });

const given = () => ({ admin_consent: "True", tenant: cloud.seeds.partner.id, state: "the-state" });
const everything = [
  ["Windows Azure Active Directory", "Directory.AccessAsUser.All User.Read"],
  ["Microsoft Partner Center", "user_impersonation"],
];
const shown = (who = application) =>
  grantsOf(cloud, who).map(({ type, principal, ...grant }) => [type, principal, grant.resource, grant.scope]);
const forEverybody = everything.map((grant) => ["AllPrincipals", null, ...grant]);

test("grants the declared delegated permissions to everybody, and the application permissions, and says so to the application", async () => {
  expect(await consentAs()).toEqual(given());
  expect(shown()).toEqual(forEverybody);
  expect(rolesOf(cloud, application)).toEqual([
    "Windows Azure Active Directory: Directory.Read.All",
    "Microsoft Graph: SecurityEvents.Read.All",
    "Microsoft Graph: Directory.Read.All",
  ]);
});

test("its page names the organization, every delegated and every application permission", async () => {
  const { userPrincipalName: username, password } = users().administrator;
  const signIn = await openPage(address());
  const page = await (await signIn.answer({ username, password })).answer({ answer: "approve" });
  expect(page).toMatchObject({ status: 200, heading: "Permissions requested" });
  for (const words of [
    ...["Accept for your organization", "Fabrikam Partner", "on behalf of every user"],
    ...[
      "Directory.AccessAsUser.All",
      "User.Read",
      "user_impersonation",
      "SecurityEvents.Read.All",
      "Directory.Read.All",
    ],
  ]) {
    expect(page.text).toContain(words);
  }
  expect(page.text).not.toContain('type="checkbox"');
});

test("after it an ordinary account signs in without a consent page", async () => {
  await consentAs();
  expect(await signInFor(authorizeUrl(cloud, application), { consent: "cancel" })).toMatchObject({
    code: expect.any(String) as unknown,
  });
});

test("takes the place of what was granted for everybody before, and leaves what people granted for themselves", async () => {
  const modest = registerModestApplication(cloud);
  await signedIn(cloud, modest);
  const own = shown(modest);
  modest.application.requiredResourceAccess = [...modelPermissions, azureManagementPermission];
  await consentAs({ who: modest });
  expect(rolesOf(cloud, modest)).toHaveLength(3);
  modest.application.requiredResourceAccess = [azureManagementPermission];
  await consentAs({ who: modest });
  const resource = "Windows Azure Service Management API";
  expect([shown(modest), rolesOf(cloud, modest)]).toEqual([
    [...own, ["AllPrincipals", null, resource, "user_impersonation"]],
    [],
  ]);
});

test("permission_denied: the administrator cancels", async () => {
  expect(await consentAs({}, { consent: "cancel" })).toEqual({
    error: "permission_denied",
    error_description: "The admin canceled the request",
    state: "the-state",
  });
  expect([shown(), rolesOf(cloud, application)]).toEqual([[], []]);
});

test.each<[string, DirectoryRoleName | undefined]>([
  ["an ordinary account", undefined],
  ["an Application Administrator", "applicationAdministrator"],
])("AADSTS90094: refused to %s", async (_, role) => {
  const account = users().serviceAccount;
  if (role !== undefined) assignDirectoryRole(partnerTenant(cloud), role, account.id);
  expect(await consentAs({}, { account })).toEqual({
    admin_consent: "True",
    error: "access_denied",
    error_subcode: "cancel",
    state: "the-state",
  });
});

test("AADSTS90094: refused to an ordinary account even for what it may consent to for itself", async () => {
  const who = registerModestApplication(cloud);
  const answer = await consentAs({ who }, { account: users().serviceAccount });
  expect(answer).toMatchObject({ error: "access_denied", error_subcode: "cancel" });
});

test("an Application Administrator grants what holds no application permission of Microsoft Graph", async () => {
  const account = users().serviceAccount;
  assignDirectoryRole(partnerTenant(cloud), "applicationAdministrator", account.id);
  expect(await consentAs({ who: registerModestApplication(cloud) }, { account })).toEqual(given());
});

test("a loopback redirect URI matches on any port, and no state is no state", async () => {
  const redirect_uri = "http://localhost:51234/consent";
  expect(await consentAs({ parameters: { redirect_uri, state: undefined } })).toEqual({
    admin_consent: "True",
    tenant: cloud.seeds.partner.id,
  });
});

test("in another partner's tenant it brings the application's service principal", async () => {
  const [other] = cloud.seeds.otherPartners;
  const directory = cloud.clouds.get("AzureCloud")?.tenants.get(other.partner.id);
  const answer = await consentAs({ path: "/northwind.example/adminconsent" }, { account: other.users.administrator });
  expect(answer).toEqual({ ...given(), tenant: other.partner.id });
  expect(grantsOf(cloud, application, directory).map(({ type, resource }) => [type, resource])).toEqual(
    everything.map(([resource]) => ["AllPrincipals", resource]),
  );
  expect(rolesOf(cloud, application, directory)).toHaveLength(3);
});

test("/organizations leaves the tenant to the account", async () => {
  expect(await consentAs({ path: "/organizations/adminconsent" })).toEqual(given());
});

test("the US Government cloud has it too, for its own administrator", async () => {
  const government = cloud.clouds.get("AzureUSGovernment");
  const tenant = government?.tenants.get(cloud.seeds.government.id);
  if (government === undefined || tenant === undefined) throw new Error("the US Government cloud does not run");
  tenant.applications.set(application.application.id, application.application);
  const asked = { authority: government.origins.authority, path: "/partner-gov.example/adminconsent" };
  const answer = await consentAs(asked, { account: seedsOf("AzureUSGovernment").users.administrator });
  expect(answer).toEqual({ ...given(), tenant: tenant.id });
});

describe("v2", () => {
  const path = () => `/${cloud.seeds.partner.id}/v2.0/adminconsent`;
  const scope = () => `${cloud.origins.microsoftGraph}/.default`;

  test("with .default asks for the same, and repeats the scope", async () => {
    expect(await consentAs({ path: path(), parameters: { scope: scope() } })).toEqual({ ...given(), scope: scope() });
    expect(shown()).toEqual(forEverybody);
  });

  test("with names asks for these alone, and takes nothing back", async () => {
    await consentAs({ path: path(), parameters: { scope: scope() } });
    const before = shown();
    const alone = `${cloud.origins.resourceManager}/user_impersonation`;
    expect(await consentAs({ path: path(), parameters: { scope: alone } })).toEqual({ ...given(), scope: alone });
    expect([before.length, shown()]).toEqual([2, expect.arrayContaining(before)]);
    expect(shown()).toHaveLength(3);
    expect(rolesOf(cloud, application)).toHaveLength(3);
  });

  test("AADSTS65004: the administrator cancels", async () => {
    expect(await consentAs({ path: path(), parameters: { scope: scope() } }, { consent: "cancel" })).toMatchObject({
      admin_consent: "True",
      error: "consent_required",
      error_description: expect.stringMatching(/^AADSTS65004: /u) as unknown,
      error_uri: expect.stringMatching(/\/error\?code=65004$/u) as unknown,
    });
  });
});
