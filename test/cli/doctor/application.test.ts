import { judgeAdminAgents, servicePrincipalCheck } from "../../../cli/doctor/checks/directory";
import {
  judgeAdminConsent,
  judgeAzurePermission,
  judgeConsent,
  judgePermissions,
} from "../../../cli/doctor/checks/permissions";
import { applicationCheck, judgeApplication, judgeDeleted } from "../../../cli/doctor/checks/application";
import { judgeReplyUrls, repairOf, replyUrlsCheck } from "../../../cli/doctor/checks/reply-urls";
import { cloudCheck, judgeTenant } from "../../../cli/doctor/checks/target";
import { examine } from "../../../cli/doctor/examine";
import { Facts } from "../../../cli/doctor/facts";
import { whoGrants } from "../../../cli/doctor/who-grants";
import type { Application } from "../../../lib/application/applications";
import type { Asked } from "../../../lib/application/grants";
import { modelPermissions, undeclared, withPermissions } from "../../../lib/application/permissions";
import { invocation } from "../../../lib/errors/invocation";
import { told } from "../support/told";

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

/** Fixed facts, without a service. */
function known(answers: Readonly<Record<string, unknown>>): Facts {
  const entries = Object.entries(answers).map(([name, answer]) => [name, () => Promise.resolve(answer)] as const);
  return Object.fromEntries(entries) as unknown as Facts;
}

test.each([
  ["t", undefined, "t, the tenant of the login, in AzureCloud"],
  ["t", "t", "t, in AzureCloud"],
  ["t", "partner.example", "t, found as partner.example, in AzureCloud"],
])("tenant %s, named as %s", (id, named, found) => {
  expect(told(judgeTenant(id, named, "AzureCloud"))).toEqual({ state: "ok", what: found });
});

test.each([
  ["AzureADMultipleOrgs", "ok"],
  ["AzureADandPersonalMicrosoftAccount", "ok"],
  ["AzureADMyOrg", "failed"],
])("an application that admits %s is %s", (signInAudience, state) => {
  expect(judgeApplication({ ...application, signInAudience }, "client", "t", true).state).toBe(state);
});

test.each([
  ["makes its application", { displayName: "App" }, "pulumi up --refresh"],
  [
    "adopts it",
    { existingApplication: "client", changeSignInAudience: false },
    "pulumi config set secure-application-model:changeSignInAudience true, then pulumi up --refresh",
  ],
  ["adopts it and may widen it", { existingApplication: "client", changeSignInAudience: true }, "pulumi up --refresh"],
])(
  "a single-tenant application of a stack that %s is widened by what the preview accepts",
  async (_, settings, fix) => {
    const found = { ...application, signInAudience: "AzureADMyOrg" };
    const facts = { clientId: "client", tenantId: "t", application: found, stack: { settings, outputs: {} } };
    expect(told(await applicationCheck.look(known(facts)))).toMatchObject({
      state: "failed",
      fix: `Make it multi-tenant: ${fix}`,
    });
  },
);

test.each([[true], [false]])(
  "an application that hands out tokens without a code is a warning: id tokens %s",
  (isId) => {
    const implicitGrantSettings = { enableIdTokenIssuance: isId, enableAccessTokenIssuance: !isId };
    const open = { ...application, web: { ...application.web, implicitGrantSettings } };
    expect(told(judgeApplication(open, "client", "t", true))).toEqual({
      state: "warning",
      what: "App hands out tokens without a code (implicit grant), which the model has no use for",
      fix: "Disable that: az ad app update --id client --enable-access-token-issuance false --enable-id-token-issuance false",
    });
  },
);

test("a service principal that asks for an assignment is a warning", async () => {
  const principal = { id: "p", accountEnabled: true, appRoleAssignmentRequired: true };
  const facts = { knownClientId: "client", directory: { principalOf: () => Promise.resolve(principal) } };
  expect(told(await servicePrincipalCheck.look(known(facts)))).toEqual({
    state: "warning",
    what: "object p asks for an assignment: an account without one is refused (AADSTS50105)",
    fix: "Ask for none: az ad sp update --id client --set appRoleAssignmentRequired=false",
  });
});

test("an application that is not there is one of another tenant, or gone", () => {
  expect(told(judgeApplication(undefined, "client", "t", true))).toEqual({
    state: "failed",
    what: "there is no application client in tenant t (AADSTS700016)",
    fix: "Check the client id and the tenant. Make it anew, to which every customer then has to consent: pulumi up --refresh",
    exitCode: 2,
  });
});

test("one that somebody deleted is to be restored, not to be made anew", () => {
  const deleted = { id: "object", appId: "client", deletedDateTime: "2026-11-01T00:00:00Z" };
  expect(told(judgeDeleted("https://graph.example", "client", deleted))).toEqual({
    state: "failed",
    what: "somebody deleted application client on 2026-11-01; for 30 days it can be restored (AADSTS700016)",
    fix: "Restore it before anything else, with its client id and the consents of all customers, then deploy: az rest --method POST --url https://graph.example/v1.0/directory/deletedItems/object/restore, then pulumi up --refresh",
    exitCode: 2,
  });
});

describe("AdminAgents", () => {
  test.each<[number, boolean | undefined, boolean | undefined, string]>([
    [1, undefined, undefined, "ok"],
    [1, true, true, "ok"],
    [1, false, false, "ok"],
    [1, true, false, "failed"],
    [0, undefined, undefined, "failed"],
    [0, true, undefined, "failed"],
    [0, false, undefined, "warning"],
    [2, true, undefined, "failed"],
    [2, false, undefined, "warning"],
  ])("%d of them, pre-consent %s, member %s: %s", (count, preconsent, joined, state) => {
    expect(judgeAdminAgents(count, preconsent, joined).state).toBe(state);
  });
});

test("where pre-consent is disabled already, nobody is told to disable it", () => {
  expect(told(judgeAdminAgents(0, false, undefined)).fix).toBe("Check the tenant");
  expect(told(judgeAdminAgents(2, false, undefined)).fix).toBe(
    "Rename all but Partner Center's: az ad group list --display-name AdminAgents",
  );
});

test("endpoints that are not right are told as that, not as another cloud", async () => {
  const options = { cloud: "AzureCloud", endpoints: "nowhere.json" };
  const { what: found, fix } = told(await cloudCheck.look(new Facts(options, {})));
  expect(found).toContain("nowhere.json");
  expect(fix).toBe("Check the endpoints (secure-application-model:endpoints, --endpoints).");
});

describe("permissions", () => {
  test("what the registration lacks is named, with its kind", () => {
    expect(undeclared(application.requiredResourceAccess, modelPermissions)).toEqual([]);
    const [, ...rest] = application.requiredResourceAccess;
    expect(undeclared(rest, modelPermissions)).toEqual([
      "Azure AD Graph Directory.Read.All (Role)",
      "Azure AD Graph Directory.AccessAsUser.All (Scope)",
      "Azure AD Graph User.Read (Scope)",
    ]);
  });

  test("a missing one is named; all of them are counted", () => {
    expect(told(judgePermissions([], 6))).toEqual({ state: "ok", what: "all 6 that are asked for" });
    expect(told(judgePermissions(["Partner Center user_impersonation (Scope)"], 6))).toEqual({
      state: "failed",
      what: "not declared: Partner Center user_impersonation (Scope) (AADSTS650057)",
      fix: "Declare them and deploy, which has them granted or says who has to: pulumi up --refresh",
      exitCode: 3,
    });
  });

  const place = { cloud: "AzureUSGovernment", tenantId: "tenant", clientId: "client" } as const;
  const partnerCenter: Asked = {
    name: "Partner Center user_impersonation",
    resourceAppId: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
    isResourceAbsent: false,
    grantedTo: "account",
    administrator: false,
  };
  const directory: Asked = {
    name: "Azure AD Graph Directory.AccessAsUser.All",
    resourceAppId: "00000002-0000-0000-c000-000000000000",
    isResourceAbsent: false,
    grantedTo: "everybody",
    administrator: true,
  };
  const role: Asked = {
    name: "Microsoft Graph SecurityEvents.Read.All",
    resourceAppId: "00000003-0000-0000-c000-000000000000",
    isResourceAbsent: false,
    grantedTo: "everybody",
    administrator: true,
  };
  const missing = (asked: Asked): Asked => ({ ...asked, grantedTo: undefined });
  const asAdministrator = "consent --as-administrator --cloud AzureUSGovernment --tenant tenant --client-id client";
  const orDeployment = `or: Whoever deploys grants the delegated permissions to the account alone, with DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph: pulumi config set secure-application-model:adminConsent account, then pulumi up --refresh`;

  test("to whom each is granted is always said", () => {
    expect(told(judgeConsent([partnerCenter, directory], [role], place))).toEqual({
      state: "ok",
      what: "all 2: to everybody Azure AD Graph Directory.AccessAsUser.All; to the account Partner Center user_impersonation",
    });
    expect(told(judgeConsent([directory], [], place))).toMatchObject({
      what: "all 1: to everybody Azure AD Graph Directory.AccessAsUser.All",
    });
  });

  test("without Partner Center's nothing works; what an account may grant, it grants", () => {
    expect(told(judgeConsent([missing(partnerCenter), directory], [role], place))).toEqual({
      state: "failed",
      what: "missing: Partner Center user_impersonation (AADSTS65001); the account may grant it for itself, where the tenant lets accounts do so",
      fix: `The account consents to it: ${own} consent`,
      exitCode: 3,
    });
  });

  test("beside an application permission that is not granted Entra lets no account grant anything", () => {
    expect(told(judgeConsent([missing(partnerCenter)], [missing(role)], place))).toEqual({
      state: "failed",
      what: "missing: Partner Center user_impersonation (AADSTS65001); Entra refuses an ordinary account's consent (AADSTS90094): only an administrator may grant Microsoft Graph SecurityEvents.Read.All",
      fix: `A Global Administrator or Privileged Role Administrator grants all that is declared to everybody in the tenant, application permissions included: ${own} ${asAdministrator}; ${orDeployment}`,
      exitCode: 3,
    });
  });

  test("without another one a single resource is refused, and an administrator may have to grant it", () => {
    expect(told(judgeConsent([partnerCenter, missing(directory)], [role], place))).toEqual({
      state: "warning",
      what: "missing: Azure AD Graph Directory.AccessAsUser.All (AADSTS65001); Entra refuses an ordinary account's consent (AADSTS90094): only an administrator may grant Azure AD Graph Directory.AccessAsUser.All, Microsoft Graph SecurityEvents.Read.All",
      fix: `A Global Administrator or Privileged Role Administrator grants all that is declared to everybody in the tenant, application permissions included: ${own} ${asAdministrator}; ${orDeployment}`,
    });
  });

  test("a resource that the tenant has no service principal of comes first", () => {
    const absent = { ...missing(partnerCenter), isResourceAbsent: true };
    const { what: found, fix } = told(judgeConsent([absent], [], place));
    expect(found).toContain("missing: Partner Center user_impersonation (AADSTS65001)");
    expect(fix).toMatch(
      /^The account consents to it: az ad sp create --id fa3d9a0c-\S+, then .*secure-app-model consent$/u,
    );
  });

  test("application permissions are an administrator's to grant", () => {
    expect(told(judgeAdminConsent([directory], place))).toEqual({
      state: "ok",
      what: "all 1, by an administrator",
    });
    expect(told(judgeAdminConsent([], place))).toEqual({ state: "ok", what: "none is asked for" });
    expect(told(judgeAdminConsent([missing(role)], place))).toEqual({
      state: "warning",
      what: "not granted: Microsoft Graph SecurityEvents.Read.All; only calls that the application makes without an account need them",
      fix: `A Global Administrator or Privileged Role Administrator, if they are wanted: ${own} ${asAdministrator}`,
    });
  });

  test.each([
    [{ wanted: true, declared: true, granted: true }, "ok", undefined],
    [{ wanted: false, declared: true, granted: true }, "ok", undefined],
    [{ wanted: true, declared: true, granted: false }, "failed", 3],
    [{ wanted: false, declared: true, granted: false }, "failed", 3],
    [{ wanted: true, declared: false, granted: false }, "failed", 3],
    [{ wanted: false, declared: false, granted: false }, "warning", undefined],
  ])("Azure %j: %s", (is, state, exitCode) => {
    const finding = judgeAzurePermission(is, whoGrants([partnerCenter], [], place));
    expect([finding.state, finding.exitCode]).toEqual([state, exitCode]);
    expect(state === "ok" || finding.what.includes("AADSTS65001")).toBe(true);
    expect(told(finding).fix ?? "").not.toContain("--force");
  });

  const azure = missing({
    ...partnerCenter,
    name: "Azure Resource Manager user_impersonation",
    resourceAppId: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
  });
  const declared = { wanted: true, declared: true, granted: false };

  test("an account is asked for all that is declared once more, so what an administrator granted before keeps it from consenting to Azure", () => {
    expect(told(judgeAzurePermission(declared, whoGrants([azure, partnerCenter, directory], [role], place)))).toEqual({
      state: "failed",
      what: "user_impersonation is declared, but not consented to: tokens for Azure are refused (AADSTS65001); Entra refuses an ordinary account's consent (AADSTS90094): only an administrator may grant Azure AD Graph Directory.AccessAsUser.All, Microsoft Graph SecurityEvents.Read.All",
      fix: `A Global Administrator or Privileged Role Administrator grants all that is declared to everybody in the tenant, application permissions included: ${own} ${asAdministrator}; ${orDeployment}`,
      exitCode: 3,
    });
  });

  test("where nothing takes an administrator, the account consents to Azure for itself", () => {
    expect(told(judgeAzurePermission(declared, whoGrants([azure, partnerCenter], [], place)))).toEqual({
      state: "failed",
      what: "user_impersonation is declared, but not consented to: tokens for Azure are refused (AADSTS65001); the account may grant it for itself, where the tenant lets accounts do so",
      fix: `The account consents to it: ${own} consent`,
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

  test("the port of the loopback one does not matter, its path does", () => {
    expect(judgeReplyUrls(withUris([oob, "http://localhost:9999/consent"])).state).toBe("ok");
    expect(judgeReplyUrls(withUris([oob, "http://localhost/consent"])).state).toBe("ok");
    expect(judgeReplyUrls(withUris([oob, "http://localhost:8400/"])).state).toBe("failed");
    expect(judgeReplyUrls(withUris([oob, "https://localhost:8400/consent"])).state).toBe("failed");
  });

  test("both problems are named at once", () => {
    expect(told(judgeReplyUrls(withUris(["https://a.example"], [oob])))).toEqual({
      state: "failed",
      what: `${oob} is not under web (AADSTS50011); ${loopback} is not under web (AADSTS50011); ${oob} stands under the public client (AADSTS700025)`,
      fix: `Repair them: ${own} doctor --fix; or: Deploy again: pulumi up --refresh`,
      exitCode: 1,
    });
  });

  test("one that stands under the single-page application as well is named, and taken out there alone", () => {
    const clashing = { ...application, spa: { redirectUris: ["https://n.example", "http://localhost:9999/consent"] } };
    expect(told(judgeReplyUrls(clashing))).toMatchObject({
      state: "failed",
      what: "http://localhost:9999/consent stands under the single-page application (AADSTS9002327)",
    });
    expect(repairOf(clashing)).toEqual({ spa: { redirectUris: ["https://n.example"] } });
  });

  test("a repair keeps what is there, in its order, and sends only what changes", () => {
    expect(repairOf(withUris(["https://b.example", "https://a.example"], [loopback, "https://n.example"]))).toEqual({
      web: { redirectUris: ["https://b.example", "https://a.example", oob, loopback] },
      publicClient: { redirectUris: ["https://n.example"] },
    });
    expect(repairOf(withUris([loopback]))).toEqual({ web: { redirectUris: [loopback, oob] } });
    expect(repairOf(application)).toEqual({});
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
      application: { ...application, isFallbackPublicClient: true },
      directory: { graph: { patch } },
    });
    const onChange = jest.fn();
    const check = { ...replyUrlsCheck, needs: [] };
    const [result] = await examine({ checks: [check], facts: () => facts, fix: true, onResult: jest.fn(), onChange });
    expect(result && told(result)).toMatchObject({
      state: "failed",
      what: expect.stringMatching(
        /; not repaired: other clients of the application may count on that, so it is left to be done by hand$/u,
      ) as string,
      fix: "Disable that: az ad app update --id client --is-fallback-public-client false",
    });
    expect([patch.mock.calls, onChange.mock.calls]).toEqual([[], []]);
  });

  test("an application that falls back to a public client is one without a wrong URL", () => {
    expect(told(judgeReplyUrls({ ...application, isFallbackPublicClient: true }))).toEqual({
      state: "failed",
      what: "the application counts as a public client when a sign-in names no reply URL (AADSTS700025)",
      fix: "Disable that: az ad app update --id client --is-fallback-public-client false",
      exitCode: 1,
    });
  });
});
