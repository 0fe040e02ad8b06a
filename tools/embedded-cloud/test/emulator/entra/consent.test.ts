/** Who may consent to what, on the pages of a sign-in. */
import { assignDirectoryRole, type DirectoryRoleName } from "../../../emulator/directory-roles";
import {
  azureManagementPermission,
  consentForEverybody,
  partnerTenant,
  registerApplication,
  registerModestApplication,
  type RegisteredApplication,
} from "../../../testing/applications";
import { emulatorForEach, signInFor, type SignInAnswers } from "../../../testing/emulator";
import { askForToken, authorizeUrl, redemption, refreshing, refusal } from "../../../testing/oauth";
import { grantsOf, rolesOf } from "../../../testing/grants";
import { openPage, type Page } from "../pages";

let model: RegisteredApplication;
let modest: RegisteredApplication;
const cloud = emulatorForEach((started) => {
  model = registerApplication(started);
  modest = registerModestApplication(started);
});

const users = () => cloud.seeds.users;
const askingForConsent = { prompt: "consent" };
const signInTo = (who: RegisteredApplication, changes = {}, answers: SignInAnswers = {}) =>
  signInFor(authorizeUrl(cloud, who, changes), answers);
const left = { error: "access_denied", error_subcode: "cancel", state: "the-state" };
const consented = { code: expect.any(String) as unknown, state: "the-state" };
const [legacy, graph] = ["Windows Azure Active Directory", "Microsoft Graph"] as const;
/** What is granted of the model, by resource. */
const delegated = [
  { resource: legacy, scope: "Directory.AccessAsUser.All User.Read" },
  { resource: graph, scope: "openid profile offline_access" },
  { resource: "Microsoft Partner Center", scope: "user_impersonation" },
];

/** Assigns a role to the ordinary account. */
const promote = (role: DirectoryRoleName) => {
  assignDirectoryRole(partnerTenant(cloud), role, users().serviceAccount.id);
};

/** The page after password and second factor. */
async function pageOf(application: RegisteredApplication, account = users().serviceAccount): Promise<Page> {
  const { userPrincipalName: username, password } = account;
  const first = await openPage(authorizeUrl(cloud, application));
  const second = await first.answer({ username, password });
  return second.answer({ answer: "approve" });
}

test("AADSTS90094: an ordinary account meets Need admin approval, and leaving the page goes back to the application", async () => {
  const page = await pageOf(model);
  expect(page).toMatchObject({ status: 200, heading: "Need admin approval" });
  for (const words of [
    "Partner Center Web App needs permission to access resources in your organization that only an admin can grant.",
    "Have an admin account?",
    "Sign in with that account",
    "Return to the application without granting consent",
  ]) {
    expect(page.text).toContain(words);
  }
  expect(page.text).not.toContain("SecurityEvents.Read.All");
  expect(await signInTo(model)).toEqual(left);
  expect(grantsOf(cloud, model)).toEqual([]);
});

test("with the admin consent workflow the account may ask an administrator, or leave as it came", async () => {
  partnerTenant(cloud).adminConsentRequests = true;
  const page = await pageOf(model);
  expect(page).toMatchObject({ status: 200, heading: "Approval required" });
  for (const words of ["Request approval", "Back to app"]) expect(page.text).toContain(words);
  expect(await signInTo(model)).toMatchObject({ error: "access_denied", error_subcode: "cancel" });
  expect(grantsOf(cloud, model)).toEqual([]);
});

test("from Need admin approval an administrator can sign in instead", async () => {
  const page = await pageOf(model);
  const password = await page.answer({ answer: "other-account" });
  expect(password).toMatchObject({ heading: "Sign in", flow: page.flow });
  const { userPrincipalName: username, password: secret } = users().administrator;
  const approval = await password.answer({ username, password: secret });
  const consent = await approval.answer({ answer: "approve" });
  expect(consent).toMatchObject({ heading: "Permissions requested" });
  const { location } = await consent.answer({ answer: "accept" });
  expect(location).toMatch(/^http:\/\/localhost:8400\/consent\?code=/u);
  expect(grantsOf(cloud, model).map(({ principal }) => principal)).toEqual([
    users().administrator.id,
    users().administrator.id,
    users().administrator.id,
  ]);
});

test("an ordinary account consents to what needs no administrator", async () => {
  expect(await signInTo(modest)).toEqual(consented);
});

test.each([
  [[]],
  [["ManagePermissionGrantsForOwnedResource.microsoft-dynamically-managed-permissions-for-team"]],
  [["ManagePermissionGrantsForSelf.microsoft-user-default-low"]],
])(
  "AADSTS90093: the tenant's policy %j lets no ordinary account consent, and an administrator still",
  async (policies) => {
    partnerTenant(cloud).permissionGrantPolicies = policies;
    expect(await signInTo(modest)).toEqual(left);
    expect(await signInTo(modest, {}, { account: users().administrator })).toEqual(consented);
  },
);

test("a policy of the tenant's own making is not served, and named", async () => {
  partnerTenant(cloud).permissionGrantPolicies = ["ManagePermissionGrantsForSelf.just-user-read"];
  const { status, text } = await pageOf(modest);
  expect([status, text]).toEqual([501, expect.stringContaining("just-user-read")]);
});

test.each<[DirectoryRoleName, object]>([
  ["globalAdministrator", consented],
  ["privilegedRoleAdministrator", consented],
  ["applicationAdministrator", left],
  ["cloudApplicationAdministrator", left],
  ["directoryReaders", left],
])("%s and application permissions of Microsoft Graph", async (role, answer) => {
  promote(role);
  expect(await signInTo(model)).toEqual(answer);
});

test.each<[DirectoryRoleName, object]>([
  ["applicationAdministrator", consented],
  ["cloudApplicationAdministrator", consented],
  ["directoryReaders", left],
])("%s and everything but application permissions of the directory services", async (role, answer) => {
  promote(role);
  const requiredResourceAccess = model.application.requiredResourceAccess.map(({ resourceAppId, resourceAccess }) => ({
    resourceAppId,
    resourceAccess: resourceAccess.filter(({ type }) => type === "Scope"),
  }));
  expect(await signInTo(registerApplication(cloud, { requiredResourceAccess }))).toEqual(answer);
});

describe("an administrator who signs in", () => {
  const administrator = () => users().administrator;

  test("sees application permissions, and a box to consent for everybody", async () => {
    const { heading, text } = await pageOf(model, administrator());
    expect(heading).toBe("Permissions requested");
    for (const shown of [
      "SecurityEvents.Read.All",
      "Directory.AccessAsUser.All",
      "Consent on behalf of your organization",
    ]) {
      expect(text).toContain(shown);
    }
  });

  test("sees the box as a Global Administrator alone", async () => {
    promote("privilegedRoleAdministrator");
    const { heading, text } = await pageOf(model);
    expect([heading, text.includes("Consent on behalf of your organization")]).toEqual([
      "Permissions requested",
      false,
    ]);
  });

  test("without the box consents for themselves, and to no application permission", async () => {
    await signInTo(model, {}, { account: administrator() });
    const own = { type: "Principal", principal: administrator().id };
    expect(grantsOf(cloud, model)).toEqual(delegated.map((grant) => ({ ...own, ...grant })));
    expect(rolesOf(cloud, model)).toEqual([]);
    expect(await signInTo(model)).toEqual(left);
  });

  test("with the box ticked grants everything to everybody, after which an ordinary account signs in without a page", async () => {
    await signInTo(model, {}, { account: administrator(), consent: "accept-for-organization" });
    const all = { type: "AllPrincipals", principal: null };
    expect(grantsOf(cloud, model)).toEqual(delegated.map((grant) => ({ ...all, ...grant })));
    expect(rolesOf(cloud, model)).toEqual([
      `${legacy}: Directory.Read.All`,
      `${graph}: SecurityEvents.Read.All`,
      `${graph}: Directory.Read.All`,
    ]);
    expect(await signInTo(model, {}, { consent: "cancel" })).toEqual(consented);
  });

  test("an ordinary account that sends the box itself speaks for nobody else", async () => {
    const page = await pageOf(modest);
    await page.answer({ answer: "accept", organization: "yes" });
    expect(grantsOf(cloud, modest).map(({ type }) => type)).toEqual(["Principal", "Principal", "Principal"]);
  });
});

describe("prompt=consent", () => {
  test("AADSTS90094: is refused to an account that may not, even where everything was granted", async () => {
    consentForEverybody(cloud, model.application);
    expect(await signInTo(model)).toEqual(consented);
    expect(await signInTo(model, askingForConsent)).toEqual(left);
  });

  test("AADSTS90093: by the tenant's policy as well", async () => {
    await signInTo(modest);
    partnerTenant(cloud).permissionGrantPolicies = [];
    expect(await signInTo(modest)).toEqual(consented);
    expect(await signInTo(modest, askingForConsent)).toEqual(left);
  });
});

test("what was granted for everybody need not be granted again: an ordinary account consents to the rest", async () => {
  consentForEverybody(cloud, model.application);
  model.application.requiredResourceAccess = [...model.application.requiredResourceAccess, azureManagementPermission];
  expect(await signInTo(model, { scope: `${cloud.origins.resourceManager}/.default` })).toEqual(consented);
});

test(".default of a resource that is granted asks for nothing, whatever the registration lists", async () => {
  await signInTo(modest);
  modest.application.requiredResourceAccess = [azureManagementPermission];
  expect(await signInTo(modest, {}, { consent: "cancel" })).toEqual(consented);
});

test("a permission granted after the sign-in works with the refresh token that is there", async () => {
  const { code } = await signInTo(modest);
  const { body } = await askForToken(cloud, redemption(modest, code ?? ""));
  const redeem = () =>
    askForToken(cloud, refreshing(modest, String(body["refresh_token"]), cloud.origins.resourceManager));
  expect(refusal(await redeem())).toEqual([400, "invalid_grant", [65001]]);
  modest.application.requiredResourceAccess = [azureManagementPermission];
  consentForEverybody(cloud, modest.application);
  const { status, body: late } = await redeem();
  const { resourceManager } = cloud.origins;
  expect([status, late["scope"]]).toEqual([200, `${resourceManager}/user_impersonation ${resourceManager}/.default`]);
});

test("the scope of an answer is what is granted now, for the resource alone", async () => {
  consentForEverybody(cloud, model.application);
  const { code } = await signInTo(model);
  const { body } = await askForToken(cloud, redemption(model, code ?? ""));
  const token = String(body["refresh_token"]);
  const scopeFor = async (resource: string) =>
    (await askForToken(cloud, refreshing(model, token, resource))).body["scope"];
  const { azureAdGraph, microsoftGraph: graphOrigin } = cloud.origins;
  expect([await scopeFor(azureAdGraph), await scopeFor(graphOrigin)]).toEqual([
    `${azureAdGraph}/Directory.AccessAsUser.All ${azureAdGraph}/User.Read ${azureAdGraph}/.default`,
    `openid profile ${graphOrigin}/.default`,
  ]);
  const grant = [...partnerTenant(cloud).grants.values()].find(({ scope }) => scope === delegated[0]?.scope);
  if (grant !== undefined) grant.scope = "User.Read";
  expect(await scopeFor(azureAdGraph)).toBe(`${azureAdGraph}/User.Read ${azureAdGraph}/.default`);
});

test("a consent makes the one grant of client, resource and account that Microsoft Graph knows by its id", async () => {
  await signInTo(modest);
  const before = [...partnerTenant(cloud).grants.keys()];
  await signInTo(modest, askingForConsent);
  expect([...partnerTenant(cloud).grants.keys()]).toEqual(before);
});
