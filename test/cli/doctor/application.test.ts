import type { Check } from "../../../cli/doctor/check";
import { accountConsentCheck } from "../../../cli/doctor/checks/account-consent";
import { applicationCheck } from "../../../cli/doctor/checks/application";
import {
  judgeAdminConsent,
  judgeAzurePermission,
  judgeConsent,
  permissionsCheck,
} from "../../../cli/doctor/checks/permissions";
import { judgeReplyUrls, repairOf, replyUrlsCheck } from "../../../cli/doctor/checks/reply-urls";
import { cloudCheck, tenantCheck } from "../../../cli/doctor/checks/target";
import { examine } from "../../../cli/doctor/examine";
import { Facts } from "../../../cli/doctor/facts";
import { whoGrants } from "../../../cli/doctor/who-grants";
import type { Application } from "../../../lib/application/applications";
import type { Asked } from "../../../lib/application/grants";
import { modelPermissions, withPermissions } from "../../../lib/application/permissions";
import { clouds } from "../../../lib/config/clouds";
import { invocation } from "../../../lib/errors/invocation";
import { known, told } from "../support/told";

const { own } = invocation();
const oob = "urn:ietf:wg:oauth:2.0:oob";
const loopback = "http://localhost:8400/consent";

const application: Application = {
  id: "object",
  appId: "client",
  displayName: "App",
  signInAudience: "AzureADMultipleOrgs",
  isFallbackPublicClient: null,
  identifierUris: [],
  web: { redirectUris: [oob, loopback] },
  spa: { redirectUris: [] },
  publicClient: { redirectUris: [] },
  requiredResourceAccess: withPermissions([], modelPermissions),
  passwordCredentials: [],
};

const looked = async (check: Check, facts: object, of: Partial<Application> = {}) =>
  told(
    await check.look(
      known({
        clientId: "client",
        knownClientId: "client",
        application: { ...application, ...of },
        stack: undefined,
        lost: undefined,
        lookedUp: undefined,
        deployment: undefined,
        ...facts,
      }),
    ),
  );

test.each([
  [undefined, "t, the tenant of the login, in AzureCloud"],
  ["t", "t, in AzureCloud"],
  ["partner.example", "t, found as partner.example, in AzureCloud"],
])("the tenant named as %s", async (namedTenant, what) => {
  const facts = { namedTenant, tenantId: "t", cloud: clouds.AzureCloud };
  expect(await looked(tenantCheck, facts)).toEqual({ state: "ok", what });
});

test.each(["AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount"])(
  "an application that admits %s is ok",
  async (signInAudience) => {
    const found = { state: "ok", what: "App (client), multi-tenant" };
    expect(await looked(applicationCheck, {}, { signInAudience })).toEqual(found);
  },
);

test.each<[string, object | undefined, string]>([
  ["of no stack", undefined, ""],
  ["that its stack makes", { displayName: "App" }, ""],
  [
    "that its stack adopts",
    { existingApplication: "client", changeSignInAudience: false },
    "pulumi config set secure-application-model:changeSignInAudience true, then ",
  ],
  ["that its stack adopts and may widen", { existingApplication: "client", changeSignInAudience: true }, ""],
])("a single-tenant application %s is widened by what the preview accepts", async (_, settings, first) => {
  const stack = settings && { settings, outputs: {} };
  expect(await looked(applicationCheck, { stack }, { signInAudience: "AzureADMyOrg" })).toMatchObject({
    state: "failed",
    fix: `Make it multi-tenant: ${first}pulumi up`,
  });
});

const restoring = {
  what: "The application client was deleted on 2026-11-01. Nothing is deployed meanwhile. Entra keeps it for 30 days. A new one would have another client id, and every customer would have to consent again.",
  fix: `Restore it: nothing differs then, and nobody signs in: ${own} doctor --fix`,
};

test("an application that somebody deleted is to be restored, without a stack as well", async () => {
  const lost = { kind: "application", clientId: "client" };
  const facts = { application: undefined, tenantId: "t", lost: { ...lost, kept: { id: "object", day: "2026-11-01" } } };
  expect(await looked(applicationCheck, facts)).toEqual({ state: "failed", ...restoring, exitCode: 2 });
  const gone = { ...facts, lost: { ...lost, kept: undefined } };
  const typed = { options: { clientId: "client" }, tokenTags: { "account-name": "svc@partner.example" } };
  expect(await looked(applicationCheck, { ...gone, ...typed })).toEqual({
    state: "failed",
    what: "there is no application client in tenant t (AADSTS700016)",
    fix: "Check the client id and the tenant.",
    exitCode: 2,
  });
  expect((await looked(accountConsentCheck, { ...gone, ...typed, directory: {} })).state).toBe("skipped");
});

test("endpoints that are not right are told as that, not as another cloud", async () => {
  const options = { cloud: "AzureCloud", endpoints: "nowhere.json" };
  const { what: found, fix } = told(await cloudCheck.look(new Facts(options, {})));
  expect(found).toContain("nowhere.json");
  expect(fix).toMatch(
    /^Name a JSON file that is there, .* Check the endpoints \(secure-application-model:endpoints, --endpoints\)\.$/u,
  );
});

describe("permissions", () => {
  test("what the registration lacks is named, with its kind; all are counted", async () => {
    const of = async (requiredResourceAccess: Application["requiredResourceAccess"]) =>
      await looked(permissionsCheck, { directory: {} }, { requiredResourceAccess });
    const [, ...others] = application.requiredResourceAccess;
    expect([await of(application.requiredResourceAccess), await of(others)]).toEqual([
      { state: "ok", what: "all 6 are declared" },
      {
        state: "failed",
        what: "not declared: Azure AD Graph Directory.Read.All (Role), Azure AD Graph Directory.AccessAsUser.All (Scope), Azure AD Graph User.Read (Scope) (AADSTS650057)",
        fix: "Declare them; this also grants them, or names who must: pulumi up",
        exitCode: 3,
      },
    ]);
  });

  const place = { cloud: clouds.AzureUSGovernment, tenantId: "tenant", clientId: "client" } as const;
  const asked = (name: string, resourceAppId: string, more: Partial<Asked> = {}): Asked => ({
    ...{ name, resourceAppId, isResourceAbsent: false, grantedTo: "everybody", administrator: true },
    ...more,
  });
  const toAccount = { grantedTo: "account", administrator: false } as const;
  const partnerCenter = asked("Partner Center user_impersonation", "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd", toAccount);
  const directory = asked("Azure AD Graph Directory.AccessAsUser.All", "00000002-0000-0000-c000-000000000000");
  const role = asked("Microsoft Graph SecurityEvents.Read.All", "00000003-0000-0000-c000-000000000000");
  const missing = (one: Asked): Asked => ({ ...one, grantedTo: undefined });
  const administrators = "A Global Administrator or Privileged Role Administrator";
  const asAdministrator = `${own} consent --as-administrator --cloud AzureUSGovernment --tenant tenant --client-id client`;
  const url = `${clouds.AzureUSGovernment.authority}/tenant/adminconsent?client_id=client&redirect_uri=http%3A%2F%2Flocalhost%3A8400%2Fconsent`;
  const byAdministrator = `${administrators} opens this, which grants all that is declared to everybody in the tenant and ends at a page that does not open: ${url}; or: With this program an administrator grants all that is declared to everybody in the tenant, application permissions included: ${asAdministrator}; or: The deployer grants the delegated permissions to the account alone, with DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph: pulumi config set secure-application-model:adminConsent account, then pulumi up`;
  const byAccount = `The account consents to it: ${own} consent`;
  const mayItself = "the account may grant it for itself, where the tenant lets accounts do so";
  const refusedTo = (names: string) =>
    `Entra refuses an ordinary account's consent (AADSTS90094): only an administrator may grant ${names}`;

  test.each<[string, Asked[], Asked[], object]>([
    [
      "to whom each is granted is always said",
      [partnerCenter, directory],
      [role],
      { state: "ok", what: `all 2: to everybody ${directory.name}; to the account ${partnerCenter.name}` },
    ],
    ["and nobody else", [directory], [], { state: "ok", what: `all 1: to everybody ${directory.name}` }],
    [
      "without Partner Center's nothing works; what an account may grant, it grants",
      [missing(partnerCenter), directory],
      [role],
      {
        ...{ state: "failed", exitCode: 3, fix: byAccount },
        what: `missing: ${partnerCenter.name} (AADSTS65001); ${mayItself}`,
      },
    ],
    [
      "beside an application permission that is not granted Entra lets no account grant anything",
      [missing(partnerCenter)],
      [missing(role)],
      {
        ...{ state: "failed", exitCode: 3, fix: byAdministrator },
        what: `missing: ${partnerCenter.name} (AADSTS65001); ${refusedTo(role.name)}`,
      },
    ],
    [
      "without another one a single resource is refused, and an administrator may have to grant it",
      [partnerCenter, missing(directory)],
      [role],
      {
        ...{ state: "warning", fix: byAdministrator },
        what: `missing: ${directory.name} (AADSTS65001); ${refusedTo(directory.name)}`,
      },
    ],
    [
      "a resource that the tenant has no service principal of comes first",
      [{ ...missing(partnerCenter), isResourceAbsent: true }],
      [],
      {
        ...{ state: "failed", exitCode: 3 },
        what: `missing: ${partnerCenter.name} (AADSTS65001); ${mayItself}`,
        fix: `The account consents to it: az ad sp create --id ${partnerCenter.resourceAppId}, then ${own} consent`,
      },
    ],
  ])("%s", (_, scopes, roles, finding) => {
    expect(told(judgeConsent(scopes, roles, place, false))).toEqual(finding);
  });

  test("a deployment that grants it needs no administrator, and no setting for that", () => {
    const { fixes = [] } = judgeConsent([missing(partnerCenter)], [missing(role)], place, true);
    expect(told({ state: "failed", what: "", fixes }).fix).toBe("Grant it: pulumi up");
  });

  test.each<[string, Asked[], object]>([
    ["granted", [directory], { state: "ok", what: "all 1, by an administrator" }],
    ["none", [], { state: "ok", what: "none is asked for" }],
    [
      "not granted",
      [missing(role)],
      {
        state: "warning",
        what: `not granted: ${role.name}; needed only for calls without a user`,
        fix: `${administrators}, if they are wanted: ${asAdministrator}`,
      },
    ],
  ])("application permissions are an administrator's to grant: %s", (_, roles, finding) => {
    expect(told(judgeAdminConsent(roles, place))).toEqual(finding);
  });

  test.each([
    [{ wanted: true, declared: true, granted: true }, "ok", undefined],
    [{ wanted: false, declared: true, granted: true }, "ok", undefined],
    [{ wanted: true, declared: true, granted: false }, "failed", 3],
    [{ wanted: false, declared: true, granted: false }, "failed", 3],
    [{ wanted: true, declared: false, granted: false }, "failed", 3],
    [{ wanted: false, declared: false, granted: false }, "warning", undefined],
  ])("Azure %j: %s", (is, state, exitCode) => {
    const finding = judgeAzurePermission(is, whoGrants([partnerCenter], [], place, false));
    expect([finding.state, finding.exitCode]).toEqual([state, exitCode]);
    expect(state === "ok" || finding.what.includes("AADSTS65001")).toBe(true);
    expect(told(finding).fix ?? "").not.toContain("--force");
  });

  const azure = asked("Azure Resource Manager user_impersonation", "797f4846-ba00-4fd7-ba43-dac1f8f63013", {
    ...{ grantedTo: undefined, administrator: false },
  });

  // An account is asked for all that is declared once more, so what an administrator granted before keeps it from consenting to Azure.
  test.each([
    ["an administrator", [azure, partnerCenter, directory], [role], refusedTo(azure.name), byAdministrator],
    ["the account itself", [azure, partnerCenter], [], mayItself, byAccount],
  ])("Azure's, if it is declared, is granted by %s", (_, scopes, roles, outlook, fix) => {
    const declared = { wanted: true, declared: true, granted: false };
    expect(told(judgeAzurePermission(declared, whoGrants(scopes, roles, place, false)))).toEqual({
      state: "failed",
      what: `user_impersonation is declared, but not consented to: tokens for Azure are refused (AADSTS65001); ${outlook}`,
      fix,
      exitCode: 3,
    });
  });
});

describe("reply URLs", () => {
  const withUris = (web: string[], publicClient: string[] = []): Application => ({
    ...application,
    web: { redirectUris: web },
    publicClient: { redirectUris: publicClient },
  });

  test.each([
    ["http://localhost:9999/consent", "ok"],
    ["http://localhost/consent", "ok"],
    ["http://localhost:8400/", "failed"],
    ["https://localhost:8400/consent", "failed"],
  ])("the port of the loopback one does not matter, its path does: %s", (url, state) => {
    expect(judgeReplyUrls(withUris([oob, url])).state).toBe(state);
  });

  const repair = `Repair them: ${own} doctor --fix; or: Deploy again: pulumi up`;
  test.each<[string, Partial<Application>, string, string]>([
    [
      "both problems are named at once",
      withUris(["https://a.example"], [oob]),
      `${oob} is not under web (AADSTS50011); ${loopback} is not under web (AADSTS50011); ${oob} is under the public client (AADSTS700025)`,
      repair,
    ],
    [
      "one that stands under the single-page application as well",
      { spa: { redirectUris: ["https://n.example", "http://localhost:9999/consent"] } },
      "http://localhost:9999/consent is under the single-page application (AADSTS9002327)",
      repair,
    ],
    [
      "an application that falls back to a public client is one without a wrong URL",
      { isFallbackPublicClient: true },
      "without a reply URL in the sign-in, Entra treats the application as a public client (AADSTS700025)",
      "Disable that: az ad app update --id client --is-fallback-public-client false",
    ],
  ])("%s", (_, of, what, fix) => {
    expect(told(judgeReplyUrls({ ...application, ...of }))).toEqual({ state: "failed", what, fix, exitCode: 1 });
  });

  test("a stranger's URL on the stack's own application has to be explained; an adopted one's owner has his own", () => {
    const added = withUris([oob, loopback, "https://a.example"], ["http://b.example"]);
    expect(judgeReplyUrls(added).state).toBe("ok");
    expect(told(judgeReplyUrls(added, true))).toEqual({
      state: "warning",
      what: "somebody added https://a.example, http://b.example",
      fix: "Find out in Entra's audit log who added that reply URL, since sign-ins can send their codes to it; a deployment removes it. Deploy again: pulumi up",
    });
  });

  test("a repair keeps what is there, in its order, and sends only what changes", () => {
    expect(repairOf(withUris(["https://b.example", "https://a.example"], [loopback, "https://n.example"]))).toEqual({
      web: { redirectUris: ["https://b.example", "https://a.example", oob, loopback] },
      publicClient: { redirectUris: ["https://n.example"] },
    });
    expect(repairOf(withUris([loopback]))).toEqual({ web: { redirectUris: [loopback, oob] } });
    expect(repairOf(application)).toEqual({});
    const clashing = { ...application, spa: { redirectUris: ["https://n.example", "http://localhost:9999/consent"] } };
    expect(repairOf(clashing)).toEqual({ spa: { redirectUris: ["https://n.example"] } });
  });

  test.each([
    ["AzureADMultipleOrgs", 254, 256],
    ["AzureADandPersonalMicrosoftAccount", 98, 100],
  ])(
    "--fix of an application of %s adds two URLs to %d, over all platforms, and no more",
    async (audience, count, most) => {
      const patch = jest.fn();
      const repair = async (others: number): Promise<string | undefined> => {
        const redirectUris = Array.from({ length: others - 1 }, (_, index) => `https://portal.example/${index}`);
        const full = { ...withUris(redirectUris, ["https://n.example"]), signInAudience: audience };
        return await replyUrlsCheck.repair?.(known({ application: full, directory: { graph: { patch } } }));
      };
      await expect(repair(count + 1)).rejects.toThrow(`more than the ${most} reply URLs that Graph allows`);
      expect(patch).not.toHaveBeenCalled();
      expect(await repair(count)).toBe(`Added ${oob} under web. Added ${loopback} under web.`);
      expect(patch).toHaveBeenCalledTimes(1);
    },
  );

  test("--fix leaves a fallback to a public client alone and says what to run by hand", async () => {
    const patch = jest.fn();
    const facts = known({
      stack: undefined,
      application: { ...application, isFallbackPublicClient: true },
      directory: { graph: { patch } },
    });
    const check = { ...replyUrlsCheck, needs: [] };
    const [result] = await Array.fromAsync(examine([check], () => facts, true));
    expect(result && told(result)).toMatchObject({
      state: "failed",
      what: expect.stringMatching(
        /; not repaired: other clients of the application may depend on that, so it is left to a person$/u,
      ) as string,
      fix: "Disable that: az ad app update --id client --is-fallback-public-client false",
    });
    expect([patch.mock.calls, result?.changed]).toEqual([[], undefined]);
  });
});
