import { createHash } from "node:crypto";
import { messageOf } from "../../lib/errors/text";
import { clouds } from "../../lib/config/clouds";
import { fixes } from "../../lib/oauth/aadsts";
import {
  type AuthorizationRequest,
  checkRedirect,
  redeemCode,
  requestAuthorization,
} from "../../lib/oauth/authorization-code";
import { failureOf } from "./failure";
import {
  application,
  chosen,
  clientId,
  fakeEntra,
  jwt,
  refusal,
  type SentForm,
  tenantId,
  tokenAnswer,
} from "./fake-entra";

const cloud = clouds.AzureCloud;
const redirectUri = "http://localhost:8400/consent";
const resource = cloud.partnerCenter;
const request = (loginHint?: string): Promise<AuthorizationRequest> =>
  requestAuthorization(cloud, application, { resource, redirectUri, loginHint });

afterEach(() => {
  jest.restoreAllMocks();
});

describe("the authorization URL", () => {
  test("asks for one resource with PKCE, state and nonce, without network and without the secret", async () => {
    const sent = fakeEntra(() => refusal("invalid_request", "AADSTS900144: no request was expected"));
    const made = await request("svc@partner.example");
    const url = new URL(made.url);
    expect(url.origin + url.pathname).toBe(`https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/authorize`);
    expect(chosen(url.searchParams)).toEqual({
      client_id: clientId,
      response_type: "code",
      response_mode: "query",
      redirect_uri: redirectUri,
      scope: `${resource}/.default openid profile offline_access`,
      state: made.state,
      nonce: made.nonce,
      code_challenge: createHash("sha256").update(made.codeVerifier).digest("base64url"),
      code_challenge_method: "S256",
      prompt: "login",
      login_hint: "svc@partner.example",
    });
    expect(made.url).not.toContain("secret-canary");
    expect(sent).toEqual([]);
  });

  test("without an expected account lets the person choose one", async () => {
    const parameters = new URL((await request()).url).searchParams;
    expect([parameters.get("prompt"), parameters.get("login_hint")]).toEqual(["select_account", null]);
  });

  test("has random parts that no other request shares", async () => {
    const [one, other] = [await request(), await request()];
    for (const part of ["state", "nonce", "codeVerifier"] as const) {
      expect(one[part].length).toBeGreaterThanOrEqual(36);
      expect(one[part]).not.toBe(other[part]);
    }
  });
});

describe("what the browser brings back", () => {
  test("counts with the state that was sent", async () => {
    const made = await request();
    const checked = checkRedirect(made, new URLSearchParams({ code: "the-code", state: made.state }));
    expect(checked).toEqual({ request: made, code: "the-code" });
  });

  test.each([
    ["another state", (state: string) => ({ code: "code-canary", state: state.replace(/.$/u, "x") })],
    ["a longer state", (state: string) => ({ code: "code-canary", state: `${state}x` })],
    ["no state", () => ({ code: "code-canary" })],
    ["another state and a refusal", () => ({ error: "access_denied", state: "x" })],
  ])("is refused with %s, and no code is shown", async (_, parameters) => {
    const made = await request();
    expect(() => checkRedirect(made, new URLSearchParams(parameters(made.state) as Record<string, string>))).toThrow(
      new Error(
        "The browser came back with another sign-in's state: it may be an old tab, or somebody else's link. " +
          "Nothing was stored. Close the other sign-in pages and start again.",
      ),
    );
  });

  test("is refused without a code", async () => {
    const made = await request();
    expect(() => checkRedirect(made, new URLSearchParams({ state: made.state }))).toThrow(
      new Error("The browser came back without an authorization code. Nothing was stored. Start again."),
    );
  });

  test("is an administrator's matter when a page was left without any words, as Need admin approval is", async () => {
    const { state, ...made } = await request();
    const parameters = new URLSearchParams({ error: "access_denied", error_subcode: "cancel", state });
    const attempt = Promise.resolve().then(() => checkRedirect({ ...made, state }, parameters));
    expect(await failureOf(attempt)).toMatchObject({
      ...{ name: "EntraError", error: "access_denied", code: "entra-admin-consent", remedy: "admin-consent" },
      message: expect.stringMatching(
        /^The sign-in was refused: the page was closed without a consent, as after "Need admin approval"\. Entra says: access_denied \(cancel\)\. .*consent --as-administrator.*secure-app-model consent$/u,
      ) as string,
    });
  });

  test("is Entra's refusal when the consent was declined", async () => {
    const made = await request();
    const description = "AADSTS65004: User declined to consent to access the app. Trace ID: 1";
    const { state } = made;
    const parameters = new URLSearchParams({ error: "access_denied", error_description: description, state });
    const attempt = Promise.resolve().then(() => checkRedirect(made, parameters));
    expect(await failureOf(attempt)).toEqual({
      name: "EntraError",
      error: "access_denied",
      code: "entra-consent",
      aadsts: 65004,
      remedy: "consent",
      message: `The sign-in was refused: the consent was declined. Entra says: AADSTS65004: User declined to consent to access the app. ${messageOf({ what: "", fixes: fixes.consent })}`,
    });
  });
});

const accessToken = jwt({ aud: resource, tid: tenantId, oid: "o" });
type Answer = Parameters<typeof fakeEntra>[0];
interface Round {
  made: AuthorizationRequest;
  sent: SentForm[];
  redeemed: Promise<unknown>;
}

/** Prepares a request, returns with the right state, and redeems with this response. */
async function redeem(answer: (made: AuthorizationRequest) => Answer): Promise<Round> {
  const made = await request();
  const sent = fakeEntra(answer(made));
  const code = checkRedirect(made, new URLSearchParams({ code: "the-code", state: made.state }));
  return { made, sent, redeemed: redeemCode(code, application) };
}

/** Entra's response, with other claims in the id token, or without one of its parts. */
function tokens({ nonce }: AuthorizationRequest, claims: object = {}, without?: string): Answer {
  const iss = `https://login.microsoftonline.com/${tenantId}/v2.0`;
  const more = { scope: `${resource}/user_impersonation`, access_token: accessToken, refresh_token: "refresh-canary" };
  const none = without === undefined ? {} : { [without]: undefined };
  return () => ({ body: tokenAnswer({ iss, nonce, ...claims }, { ...more, ...none }) });
}

test("a checked code is sent once with verifier and secret, and the refresh token comes out of MSAL's cache", async () => {
  const before = Date.now();
  const { made, sent, redeemed } = await redeem(tokens);
  const found = (await redeemed) as { expiresOn: Date };
  expect(found).toEqual({
    accessToken,
    expiresOn: found.expiresOn,
    refreshToken: "refresh-canary",
    resource,
    scopes: ["user_impersonation"],
  });
  expect(Math.abs(found.expiresOn.getTime() - before - 3_600_000)).toBeLessThan(60_000);
  expect(sent).toEqual([
    {
      url: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
      form: {
        client_id: clientId,
        client_secret: "secret-canary",
        grant_type: "authorization_code",
        code: "the-code",
        code_verifier: made.codeVerifier,
        redirect_uri: redirectUri,
        scope: `${resource}/.default openid profile offline_access`,
      },
    },
  ]);
});

test("an id token that answers another sign-in's nonce is refused", async () => {
  const { redeemed } = await redeem((made) => tokens(made, { nonce: "another" }));
  await expect(redeemed).rejects.toThrow(/^Redeeming the authorization code failed: nonce_mismatch/u);
});

test("an answer without a refresh token is refused, saying what is missing", async () => {
  const { redeemed } = await redeem((made) => tokens(made, {}, "refresh_token"));
  expect(await failureOf(redeemed)).toEqual({
    name: "Failure",
    code: "entra-unexpected",
    message:
      "Redeeming the authorization code answered no complete set of tokens. " +
      "Please report this, with the words above and what this prints: secure-app-model doctor",
  });
});

test("Entra's refusal contains the fix, and neither code nor secret", async () => {
  const description = "AADSTS54005: OAuth2 Authorization code was already redeemed.";
  const { redeemed } = await redeem(() => () => refusal("invalid_grant", description));
  expect(await failureOf(redeemed)).toEqual({
    name: "EntraError",
    error: "invalid_grant",
    code: "entra-restart",
    aadsts: 54005,
    remedy: "restart",
    message:
      "Redeeming the authorization code was refused: the authorization code was used already. " +
      `Entra says: ${description} ${messageOf({ what: "", fixes: fixes.restart })}`,
  });
});

test("a code whose state was not checked cannot be redeemed: it does not type-check, and nothing is sent", async () => {
  const { made, sent, redeemed: first } = await redeem(tokens);
  await first;
  sent.length = 0;
  // @ts-expect-error -- only checkRedirect creates a CheckedCode
  const redeemed = redeemCode({ request: made, code: "the-code" });
  await expect(redeemed).rejects.toThrow(new TypeError("This code's state was not checked."));
  expect(sent).toEqual([]);
});
