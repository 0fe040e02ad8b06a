/** The consent for a token that lacks a declared permission: found by redeeming, and completed by an account that may consent. */
import { consent, type ConsentOptions } from "../../lib/consent/consent";
import { AdministratorRequiredError, IncompleteError } from "../../lib/consent/errors";
import { proveGrants } from "../../lib/consent/prove-grants";
import { signIn } from "../../lib/consent/sign-in";
import { type ConsentPrecheck, consentPrecheck } from "../../lib/application/who-may-consent";
import { ApiError } from "../../lib/azure/api";
import { firstPartyApps } from "../../lib/config/clouds";
import { byPerson, type Failure, sentence, ownCommand, pulumi, run as fix, setSetting } from "../../lib/errors/failure";
import { mostSaid } from "../../lib/errors/text";
import { refusalOfPage } from "../../lib/oauth/aadsts";
import { fakeEntraOf, redemptionOf, refusal } from "../oauth/fake-entra";
import { bringing, claims, MemoryVault, target as partnerCenterAlone, tokensWith, version } from "./fixtures";

let vault: MemoryVault;
jest.mock("../../lib/vault/secrets", () => ({ Vault: jest.fn(() => vault) }));
jest.mock("../../lib/azure/credential", () => ({ azureCredential: () => undefined }));
jest.mock("../../lib/consent/sign-in");
jest.mock("../../lib/application/who-may-consent");
/** The sum of all pauses, in milliseconds. */
let slept = 0;
jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => {
    slept += milliseconds;
    return Promise.resolve();
  },
}));
jest.mock("../../lib/startup/clock", () => ({ now: () => Date.now() + slept }));

const azure = {
  resource: "Azure Resource Manager",
  resourceAppId: firstPartyApps.azureResourceManager,
  scopes: ["user_impersonation"],
};
const target = { ...partnerCenterAlone, permissions: [...partnerCenterAlone.permissions, azure] };
const { cloud, vaultUri } = target;
const lines: string[] = [];
const ui = { progress: (line: string) => lines.push(line), showUrl: () => () => undefined };
const options = { mode: "interactive", force: false, warnBeforeDays: 30, port: 8400, deadlineMinutes: 10 } as const;
const run = (changes: Partial<ConsentOptions> = {}) => consent(target, { ...options, ...changes }, ui);

/** Whether Entra issues tokens for Azure. */
let azureGranted: () => boolean;
/** Entra's refusal of a redemption for Azure otherwise. */
let azureRefusal: ReturnType<typeof refusal>;
const notConsented = refusal("invalid_grant", "AADSTS65001: Not consented.");
let partnerCenterAnswer: { body: object };
let asked: string[];
/** Sign-ins bring these tokens. */
const signsIn = (obtain = () => tokensWith("fresh")) =>
  jest
    .mocked(signIn)
    .mockReset()
    .mockImplementation(bringing(() => Promise.resolve(obtain())));
const prompts = () => jest.mocked(signIn).mock.calls.map(([, , , , prompt]) => prompt);
const outlook = (changes: Partial<ConsentPrecheck>): void => {
  const known = { missing: ["Azure Resource Manager user_impersonation"], asks: false, refused: undefined };
  jest.mocked(consentPrecheck).mockResolvedValue({ ...known, administrators: ["Global Administrator"], ...changes });
};
const refused = { beyond: ["Microsoft Graph Directory.Read.All"], byPolicy: false };

function holding(token: boolean): void {
  const expiresOn = new Date(Math.floor(Date.now() / 1000 + 80 * 86_400) * 1000);
  vault = MemoryVault.withSecret(...(token ? [version("v1", "2026-11-01T08:00:00Z", { expiresOn })] : []));
}

beforeEach(() => {
  jest.restoreAllMocks();
  lines.length = 0;
  slept = 0;
  asked = [];
  azureGranted = () => false;
  azureRefusal = notConsented;
  partnerCenterAnswer = redemptionOf(cloud.partnerCenter, claims);
  fakeEntraOf(target.tenantId, ({ form }) => {
    const scope = form["scope"] ?? "";
    asked.push(scope.split("/.default")[0] ?? "");
    if (scope.startsWith(cloud.partnerCenter)) return partnerCenterAnswer;
    return azureGranted() ? redemptionOf(cloud.resourceManager, claims) : azureRefusal;
  });
  signsIn();
  jest.mocked(consentPrecheck).mockReset().mockRejectedValue(new Error("Nobody was to look."));
  holding(true);
});

const lacks = `The token in ${vaultUri} lacks Azure Resource Manager user_impersonation`;

test("a token that brings all of it is done, without a sign-in and without a look at the directory", async () => {
  azureGranted = () => true;
  expect(await run({ mode: "never" })).toMatchObject({ health: "ok", version: "v1" });
  expect({ asked, prompts: prompts() }).toEqual({
    asked: [cloud.partnerCenter, cloud.resourceManager],
    prompts: [],
  });
  expect(lines).toEqual([`The token of svc@partner.example in ${vaultUri} is still valid: no sign-in is needed.`]);
});

describe("a token that lacks some of it", () => {
  beforeEach(() => {
    outlook({});
  });

  test("an account that may grant it is asked for everything anew, once", async () => {
    signsIn(() => {
      azureGranted = () => true;
      return tokensWith("fresh");
    });
    expect(await run()).toMatchObject({ health: "ok", version: "stored-2" });
    expect(prompts()).toEqual(["consent"]);
    expect(lines).toEqual([`${lacks}.`]);
  });

  test("is refused before a browser opens where only an administrator may grant it, with who has to do what", async () => {
    outlook({ refused });
    await expect(run()).rejects.toMatchObject({
      name: "AdministratorRequiredError",
      what: `${lacks}. Entra would refuse the consent of svc@partner.example (AADSTS90094): an administrator must grant Microsoft Graph Directory.Read.All.`,
      fixes: [
        sentence(
          "Somebody who is Global Administrator opens this, which grants all that is declared to everybody in the tenant and ends at a page that does not open: " +
            `https://login.microsoftonline.com/${target.tenantId}/adminconsent?client_id=${target.clientId}&redirect_uri=http%3A%2F%2Flocalhost%3A8400%2Fconsent`,
        ),
        byPerson(
          "With this program an administrator grants all that is declared to everybody in the tenant, application permissions included",
          ownCommand(
            ...["consent", "--as-administrator", "--cloud", "AzureCloud", "--vault", vaultUri],
            ...["--tenant", target.tenantId, "--client-id", target.clientId],
          ),
        ),
        fix(
          "The deployer grants the delegated permissions to the account alone, with DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph",
          setSetting("adminConsent", "account"),
          pulumi("up"),
        ),
      ],
    });
    expect(prompts()).toEqual([]);
  });

  test("by the tenant's policy as well", async () => {
    outlook({ refused: { ...refused, byPolicy: true } });
    await expect(run()).rejects.toThrow(
      /The tenant's policy lets no ordinary account consent, so Entra would refuse the consent of svc@partner\.example \(AADSTS90093\)/u,
    );
  });

  test.each([
    ["the directory shows all of it granted", {}, { missing: [] }],
    ["the deployment has granted it", { grantsMade: true }, { refused }],
  ])("is waited for where %s", async (_, changes, seen) => {
    outlook(seen);
    let attempts = 0;
    azureGranted = () => ++attempts > 3;
    expect(await run({ mode: "never", ...changes })).toMatchObject({ health: "ok", version: "v1" });
    expect({ prompts: prompts(), lines }).toEqual({
      prompts: [],
      lines: [`${lacks}.`, "Waiting for what was granted to take effect, for at most 3 minutes …"],
    });
  });

  test("and is waited for no longer than three minutes", async () => {
    outlook({ missing: [] });
    await expect(run()).rejects.toMatchObject({ name: "IncompleteError", what: `${lacks}, although it is granted.` });
    expect(slept).toBeGreaterThan(150_000);
    expect(slept).toBeLessThanOrEqual(180_000);
  });

  test("where nobody can sign in, says what is missing and how to go on", async () => {
    await expect(run({ mode: "never" })).rejects.toMatchObject({ name: "ConsentRequiredError", why: `${lacks}.` });
  });

  test("that an account consented to and still is not there is an error, and nobody is asked a third time", async () => {
    await expect(run()).rejects.toThrow(IncompleteError);
    expect(prompts()).toEqual(["consent"]);
  });

  test("a refusal is told no longer than anybody reads, with who was expected", async () => {
    const error_description = `AADSTS90093: ${"An administrator has set a policy. ".repeat(20)}`;
    const page = refusalOfPage("The sign-in", new URLSearchParams({ error: "access_denied", error_description }));
    jest.mocked(signIn).mockRejectedValue(page);
    const { what } = await run().then(
      () => ({ what: "" }),
      (error: unknown) => error as Failure,
    );
    expect(what).toMatch(
      /^svc@partner\.example was expected .* AADSTS90093: (?:An administrator has set a policy\. ?)+$/u,
    );
    expect(what.length).toBeLessThanOrEqual(mostSaid);
  });

  test("where this process may not look, says so and lets Entra say; its refusal has the same steps", async () => {
    jest.mocked(consentPrecheck).mockRejectedValue(new ApiError(403, "Authorization_RequestDenied", "Graph refused."));
    const left = new URLSearchParams({ error: "access_denied", error_subcode: "cancel" });
    const page = refusalOfPage("The sign-in", left);
    jest.mocked(signIn).mockRejectedValue(page);
    await expect(run()).rejects.toMatchObject({
      name: "AdministratorRequiredError",
      // Another account may have seen that page.
      what: expect.stringMatching(
        /^svc@partner\.example was expected to sign in\. The sign-in was refused: the page was closed without a consent/u,
      ) as string,
      fixes: [
        { text: "If it was another account, sign in as svc@partner.example" },
        { text: expect.stringContaining("Global Administrator or Privileged Role Administrator") as string },
        { text: expect.stringContaining("With this program an administrator") as string },
        { text: expect.stringContaining("DelegatedPermissionGrant") as string },
      ],
    });
    expect({ prompts: prompts(), lines }).toEqual({
      prompts: ["consent"],
      lines: [
        `${lacks}.`,
        "Could not check whether svc@partner.example may consent; Entra does at the sign-in. Graph refused.",
      ],
    });
  });
});

test("a refusal of another kind is no matter of consent, and told as it is", async () => {
  azureRefusal = refusal("access_denied", "AADSTS53003: Blocked.");
  await expect(run()).rejects.toMatchObject({ name: "EntraError", aadsts: 53003 });
});

test("a token that is refused for Partner Center is got anew by a sign-in, which asks for what is not granted", async () => {
  outlook({ asks: true, missing: ["Partner Center user_impersonation"] });
  azureGranted = () => true;
  partnerCenterAnswer = notConsented;
  expect(await run()).toMatchObject({ health: "ok", version: "stored-2" });
  expect(prompts()).toEqual([undefined]);
});

describe("the first sign-in", () => {
  beforeEach(() => {
    holding(false);
  });

  test("does not begin where Entra would refuse it", async () => {
    outlook({ asks: true, refused });
    await expect(run()).rejects.toThrow(AdministratorRequiredError);
    expect(prompts()).toEqual([]);
  });

  test("is followed by one more where something is missing after it", async () => {
    outlook({ asks: true });
    let codes = 0;
    signsIn(() => {
      codes += 1;
      azureGranted = () => codes === 2;
      return tokensWith(`fresh ${codes}`);
    });
    expect(await run()).toMatchObject({ health: "ok" });
    expect(prompts()).toEqual([undefined, "consent"]);
  });

  test("is worth it where Partner Center is granted: the token is stored, and what is missing is told", async () => {
    outlook({ refused });
    const onToken = jest.fn();
    await expect(consent(target, options, ui, onToken)).rejects.toThrow(AdministratorRequiredError);
    expect(onToken.mock.calls).toEqual([[expect.objectContaining({ health: "ok", version: "stored-1" })]]);
    expect(prompts()).toEqual([undefined]);
  });

  test("of no named account is not looked ahead for", async () => {
    azureGranted = () => true;
    const found = await consent({ ...target, account: undefined }, options, ui);
    expect(found).toMatchObject({ health: "ok" });
    expect(lines).toEqual(["Could not check whether the account may consent: no account is named."]);
  });
});

const application = { tenantId: target.tenantId, clientId: target.clientId, clientSecret: "secret" };

test("a resource that refuses is an error where nothing is missing, and is told beside what is missing, which is to be granted first", async () => {
  azureRefusal = refusal("access_denied", "AADSTS53003: Blocked.");
  const said: string[] = [];
  const prove = (scopes: string[]) =>
    proveGrants(target, application, { refreshToken: "token", scopes }, (line) => said.push(line));
  await expect(prove(["user_impersonation"])).rejects.toMatchObject({ aadsts: 53003 });
  expect(said).toEqual([]);
  const missing = [{ resource: "Partner Center", scopes: ["user_impersonation"] }];
  expect(await prove([])).toEqual({ brought: [], missing });
  expect(said).toEqual([expect.stringMatching(/^Redeeming the refresh token for https:.* was refused/u)]);
});

describe("Azure AD Graph, which is retired", () => {
  const legacy = { resource: "Azure AD Graph", resourceAppId: firstPartyApps.azureAdGraph, scopes: ["User.Read"] };
  const withLegacy = { ...partnerCenterAlone, permissions: [...partnerCenterAlone.permissions, legacy] };

  test("another refusal of it than for want of a consent is told, blocks nothing, and counts as neither brought nor missing", async () => {
    azureRefusal = refusal("invalid_resource", "AADSTS500011: Gone.");
    expect(await consent(withLegacy, options, ui)).toMatchObject({ health: "ok", version: "v1" });
    expect(lines[0]).toMatch(/^There is no token for Azure AD Graph, which is retired; nothing else needs it\. /u);
    const tokens = { refreshToken: "token", scopes: ["user_impersonation"] };
    expect(await proveGrants(withLegacy, application, tokens, () => undefined)).toEqual({
      brought: [{ resource: "Partner Center", scopes: ["user_impersonation"] }],
      missing: [],
    });
  });

  test("its consent is asked for as any other's", async () => {
    outlook({ refused });
    await expect(consent(withLegacy, options, ui)).rejects.toThrow(/lacks Azure AD Graph User\.Read\./u);
  });
});
