/** Doctor's findings about the application and its permissions, each in a situation of the embedded cloud. What helps is in test/fixes. */
import { applicationCheck } from "../../../cli/doctor/checks/application";
import { partnerCenterCheck, servicePrincipalCheck } from "../../../cli/doctor/checks/directory";
import { repairOf, replyUrlsCheck } from "../../../cli/doctor/checks/reply-urls";
import type { Check } from "../../../cli/doctor/check";
import { examine } from "../../../cli/doctor/examine";
import { partnerTenant } from "../../../tools/embedded-cloud/testing/applications";
import { askAs } from "../../../tools/embedded-cloud/testing/callers";
import { firstPartyApps } from "../../../lib/config/clouds";
import { removePrincipal } from "../../fixes/support/here";
import {
  asAdministrator,
  byAdministrator,
  each,
  factsOf,
  nothing,
  testFindings,
  without,
  withoutRoles,
} from "../support/findings";
import type { Stage } from "../support/stage";
import { told } from "../support/told";

const { azureAdGraph, azureResourceManager, partnerCenter } = firstPartyApps;
const oob = "urn:ietf:wg:oauth:2.0:oob";
const loopback = "http://localhost:8400/consent";

let stage: Stage;
const application = () => stage.application.application;
const has = (changes: Partial<ReturnType<typeof application>>) => () => void Object.assign(application(), changes);
const admits = (signInAudience: string) => has({ signInAudience, api: { requestedAccessTokenVersion: 2 } });
const declaresNoneOf = (appId: string) => () => {
  const { requiredResourceAccess } = application();
  application().requiredResourceAccess = requiredResourceAccess.filter(({ resourceAppId }) => resourceAppId !== appId);
};
const isDeleted =
  (isForGood = false) =>
  async () => {
    const { microsoftGraph } = stage.emulator.origins;
    const ask = await askAs(stage.emulator, microsoftGraph, { roles: ["Application.ReadWrite.All"] });
    await ask("DELETE", `/v1.0/applications/${application().id}`);
    if (isForGood) await ask("DELETE", `/v1.0/directory/deletedItems/${application().id}`);
  };
const isRemoved = (appId: () => string) => () => {
  removePrincipal(stage.emulator, appId());
};
const toTheAccount = (appId: string) => () => {
  const { grants, servicePrincipals } = partnerTenant(stage.emulator);
  for (const grant of grants.values())
    if (servicePrincipals.get(grant.resourceId)?.appId === appId)
      Object.assign(grant, { consentType: "Principal", principalId: stage.serviceAccount().id });
};
const urls = (web: string[], ofPublicClient: string[] = [], ofPage: string[] = []) =>
  has({
    web: { redirectUris: web },
    publicClient: { redirectUris: ofPublicClient },
    spa: { redirectUris: ofPage },
  });

const widened = "Make it multi-tenant: pulumi up";
const single =
  "failed: Partner Center Web App allows only accounts of its own tenant (AzureADMyOrg): customers' tenants refuse it";
const adopting = (changeSignInAudience: boolean) => () => ({ existingApplication: "<client>", changeSignInAudience });
const administrator = byAdministrator("A Global Administrator or Privileged Role Administrator");
const byAccount = "The account consents to it: secure-app-model consent";
const mayItself = "the account may grant it for itself, where the tenant lets accounts do so";
const refusedTo = "Entra refuses an ordinary account's consent (AADSTS90094): only an administrator may grant";
const roles =
  "Azure AD Graph Directory.Read.All, Microsoft Graph SecurityEvents.Read.All, Microsoft Graph Directory.Read.All";
const ofAzureAdGraph = "Azure AD Graph Directory.AccessAsUser.All, Azure AD Graph User.Read";
const missing = "missing: Partner Center user_impersonation (AADSTS65001)";
const unconsented =
  "failed (3): user_impersonation is declared, but not consented to: tokens for Azure are refused (AADSTS65001)";
const underWeb = `ok: ${oob} and ${loopback} under web`;
const noLoopback = `failed: ${loopback} is not under web (AADSTS50011)`;
const repaired = "Repair them: secure-app-model doctor --fix; or: Deploy again: pulumi up";

testFindings(
  {
    application: [
      [nothing, "ok: Partner Center Web App (<client>), multi-tenant"],
      [
        () => stage.storeToken(),
        "ok: Partner Center Web App (<client>), multi-tenant",
        { options: { clientId: undefined } },
      ],
      [admits("AzureADandPersonalMicrosoftAccount"), "ok: Partner Center Web App (<client>), multi-tenant"],
      [admits("AzureADMyOrg"), single, { fix: widened }],
      [admits("AzureADMyOrg"), single, { fix: widened, settings: () => ({ displayName: "App" }) }],
      [
        admits("AzureADMyOrg"),
        single,
        {
          fix: "Make it multi-tenant: pulumi config set secure-application-model:changeSignInAudience true, then pulumi up",
          settings: adopting(false),
        },
      ],
      [admits("AzureADMyOrg"), single, { fix: widened, settings: adopting(true) }],
      [
        isDeleted(),
        "failed (2): The application <client> was deleted on <today>. Nothing is deployed meanwhile. Entra keeps it for 30 days. A new application would have another client id, and every customer would have to consent again.",
        { fix: "Restore it: nothing differs then, and nobody signs in: secure-app-model doctor --fix" },
      ],
      [
        isDeleted(true),
        "failed (2): there is no application <client> in tenant <tenant> (AADSTS700016)",
        { fix: "Check the client id and the tenant." },
      ],
    ],
    permissions: [
      [nothing, "ok: all 6 are declared"],
      [
        declaresNoneOf(azureAdGraph),
        "failed (3): not declared: Azure AD Graph Directory.Read.All (Role), Azure AD Graph Directory.AccessAsUser.All (Scope), Azure AD Graph User.Read (Scope) (AADSTS650057)",
        { fix: "Declare them; this also grants them, or names who must: pulumi up" },
      ],
    ],
    // Without Partner Center's nothing works; without another one a single resource is refused.
    consent: [
      [nothing, `ok: all 3: to everybody ${ofAzureAdGraph}, Partner Center user_impersonation`],
      [
        toTheAccount(partnerCenter),
        `ok: all 3: to everybody ${ofAzureAdGraph}; to the account Partner Center user_impersonation`,
      ],
      [without(partnerCenter), `failed (3): ${missing}; ${mayItself}`, { fix: byAccount }],
      // Beside an application permission that is not granted Entra lets no account grant anything.
      [
        each(without(partnerCenter), withoutRoles),
        `failed (3): ${missing}; ${refusedTo} ${roles}`,
        { fix: administrator },
      ],
      [
        without(azureAdGraph),
        `warning: missing: ${ofAzureAdGraph} (AADSTS65001); ${refusedTo} Azure AD Graph Directory.AccessAsUser.All`,
        { fix: administrator },
      ],
      [
        () => {
          removePrincipal(stage.emulator, partnerCenter);
        },
        `failed (3): ${missing}; ${mayItself}`,
        { fix: `The account consents to it: az ad sp create --id ${partnerCenter}, then secure-app-model consent` },
      ],
      [
        each(without(partnerCenter), withoutRoles),
        `failed (3): ${missing}; ${refusedTo} ${roles}`,
        { fix: "Grant it: pulumi up", settings: () => ({ adminConsent: "account" }) },
      ],
      [
        () => stage.emulator.faults.add({ service: "microsoftGraph", path: "*/oauth2PermissionGrants", status: 403 }),
        "failed: could not tell: Microsoft Graph refused GET /v1.0/oauth2PermissionGrants: 403.",
        { fix: "Ask an administrator for this right: Directory.Read.All on Microsoft Graph" },
      ],
    ],
    "azure-permission": [
      [nothing, "ok: user_impersonation is declared and consented to"],
      // An account is asked for all that is declared once more, so what an administrator granted before keeps it from consenting to Azure.
      [
        without(azureResourceManager),
        `${unconsented}; ${refusedTo} Azure Resource Manager user_impersonation`,
        { fix: administrator },
      ],
      [
        without(azureResourceManager),
        `${unconsented}; ${mayItself}`,
        { fix: byAccount, settings: () => ({ azureManagement: true, permissions: { legacy: false } }) },
      ],
      [
        declaresNoneOf(azureResourceManager),
        "warning: not declared, so tokens for Azure are refused (AADSTS65001): the model's own set has no permission for Azure",
        {
          fix: "If Azure is wanted, declare it; this also grants it, or names who must: pulumi config set secure-application-model:azureManagement true, then pulumi up",
        },
      ],
      [
        declaresNoneOf(azureResourceManager),
        "failed (3): user_impersonation is not declared, though azureManagement is enabled: tokens for Azure are refused (AADSTS65001)",
        {
          fix: "Declare it; this also grants it, or names who must: pulumi up",
          settings: () => ({ azureManagement: true }),
        },
      ],
    ],
    "admin-consent": [
      [nothing, "ok: all 3, by an administrator"],
      [nothing, "ok: none is asked for", { settings: () => ({ permissions: { legacy: false } }) }],
      [
        withoutRoles,
        `warning: not granted: ${roles}; needed only for calls without a user`,
        {
          fix: `A Global Administrator or Privileged Role Administrator, if they are wanted: ${asAdministrator}`,
        },
      ],
    ],
    // The port of the loopback one does not matter, its path does.
    "reply-urls": [
      [urls([oob, "http://localhost:9999/consent"]), underWeb],
      [urls([oob, "http://localhost/consent"]), underWeb],
      [urls([oob, "http://localhost:8400/"]), noLoopback],
      [urls([oob, "https://localhost:8400/consent"]), noLoopback],
      [
        urls(["https://a.example"], [oob]),
        `failed: ${oob} is not under web (AADSTS50011); ${loopback} is not under web (AADSTS50011); ${oob} is under the public client (AADSTS700025)`,
        { fix: repaired },
      ],
      [
        urls([oob, loopback], [], ["https://n.example", "http://localhost:9999/consent"]),
        "failed: http://localhost:9999/consent is under the single-page application (AADSTS9002327)",
        { fix: repaired },
      ],
      [
        has({ isFallbackPublicClient: true }),
        "failed: without a reply URL in the sign-in, Entra treats the application as a public client (AADSTS700025)",
        { fix: "Disable that: az ad app update --id <client> --is-fallback-public-client false" },
      ],
      [urls([loopback]), `ok: ${loopback} under web`, { settings: () => ({ outOfBandReplyUrl: false }) }],
      [urls([oob, loopback]), `ok: ${loopback} under web`, { settings: () => ({ outOfBandReplyUrl: false }) }],
      // An adopted one's owner has reply URLs of his own; on the stack's own one a stranger's has to be explained.
      [urls([oob, loopback, "https://a.example"]), underWeb, { settings: adopting(false) }],
      [
        urls([oob, loopback, "https://a.example"], ["http://b.example"]),
        "warning: somebody added https://a.example, http://b.example",
        {
          fix: "Find out in Entra's audit log who added that reply URL, since sign-ins can send their codes to it; a deployment removes it. Deploy again: pulumi up",
          settings: () => ({ displayName: "App" }),
        },
      ],
    ],
  },
  (fresh) => {
    stage = fresh;
  },
);

/** Graph refuses the request that repeats it: 404 for what is no longer deleted, 409 for what is there. */
test.each<[string, Check, () => unknown, string]>([
  ["the application", applicationCheck, isDeleted(), "*/restore"],
  ["its service principal", servicePrincipalCheck, isRemoved(() => stage.application.clientId), "*/servicePrincipals"],
  ["Partner Center's", partnerCenterCheck, isRemoved(() => partnerCenter), "*/servicePrincipals"],
])("--fix finds what it has made where the first answer is lost: %s", async (_, one, breakIt, path) => {
  await breakIt();
  stage.emulator.faults.add({ service: "microsoftGraph", method: "POST", path, status: 504, after: true });
  const facts = () => factsOf({ options: { yes: true } });
  const [result] = await Array.fromAsync(examine([{ ...one, needs: [] }], facts, true));
  expect(result && told(result)).toMatchObject({ state: "ok" });
});

describe("--fix of the reply URLs", () => {
  test("keeps what is there, in its order, and sends only what changes", () => {
    const change = (...of: Parameters<typeof urls>) => {
      urls(...of)();
      return repairOf(application() as unknown as Parameters<typeof repairOf>[0], [oob, loopback]);
    };
    expect(change(["https://b.example", "https://a.example"], [loopback, "https://n.example"])).toEqual({
      web: { redirectUris: ["https://b.example", "https://a.example", oob, loopback] },
      publicClient: { redirectUris: ["https://n.example"] },
    });
    expect(change([loopback])).toEqual({ web: { redirectUris: [loopback, oob] } });
    expect(change([oob, loopback])).toEqual({});
    expect(change([oob, loopback], [], ["https://n.example", "http://localhost:9999/consent"])).toEqual({
      spa: { redirectUris: ["https://n.example"] },
    });
  });

  test.each([
    ["AzureADMultipleOrgs", 254, 256],
    ["AzureADandPersonalMicrosoftAccount", 98, 100],
  ])("of an application of %s adds two URLs to %d, over all platforms, and no more", async (audience, count, most) => {
    admits(audience)();
    const repair = async (others: number) => {
      const web = Array.from({ length: others - 1 }, (_, index) => `https://portal.example/${index}`);
      urls(web, ["https://n.example"])();
      return await replyUrlsCheck.repair?.(factsOf());
    };
    await expect(repair(count + 1)).rejects.toThrow(`more than the ${most} reply URLs that Graph allows`);
    expect(application().web.redirectUris).toHaveLength(count);
    expect(await repair(count)).toBe(`Added ${oob} under web. Added ${loopback} under web.`);
    expect(application().web.redirectUris).toHaveLength(count + 1);
  });

  test("leaves a fallback to a public client alone and says what to run by hand", async () => {
    has({ isFallbackPublicClient: true })();
    const check = { ...replyUrlsCheck, needs: [] };
    const [result] = await Array.fromAsync(examine([check], () => factsOf(), true));
    expect(result && told(result)).toMatchObject({
      state: "failed",
      what: expect.stringMatching(
        /; not repaired: other clients of the application may depend on that, so it is left to a person$/u,
      ) as string,
    });
    expect([application()["isFallbackPublicClient"], result?.changed]).toEqual([true, undefined]);
  });
});
