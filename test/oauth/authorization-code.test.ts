import { createHash } from "node:crypto";
import { clouds } from "../../config/clouds";
import {
  type AuthorizationRequest,
  checkRedirect,
  redeemCode,
  requestAuthorization,
} from "../../oauth/authorization-code";
import { fakeEntra, jwt, refusal } from "./fake-entra";

const tenantId = "aaaaaaaa-1111-4222-8333-444444444444";
const clientId = "bbbbbbbb-1111-4222-8333-444444444444";
const application = { tenantId, clientId, clientSecret: "secret-canary" };
const cloud = clouds.AzureCloud;
const redirectUri = "http://localhost:8400/consent";
const resource = cloud.partnerCenter;
const request = (loginHint?: string): Promise<AuthorizationRequest> =>
  requestAuthorization(cloud, application, { resource, redirectUri, loginHint });
const failure = async (attempt: Promise<unknown>): Promise<object> => {
  const error = await attempt.then(
    () => new Error("It did not fail."),
    (reason: unknown) => reason as Error,
  );
  return { ...error, message: error.message };
};

afterEach(() => {
  jest.restoreAllMocks();
});

describe("the authorization URL", () => {
  test("asks for one resource with PKCE, state and nonce, without network and without the secret", async () => {
    const sent = fakeEntra(() => refusal("invalid_request", "AADSTS900144: no request was expected"));
    const made = await request("svc@partner.example");
    const url = new URL(made.url);
    expect(url.origin + url.pathname).toBe(`https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/authorize`);
    const parameters = Object.fromEntries(
      [...url.searchParams].filter(
        ([name]) => !/^(x-client-|client-request-id|client_info|X-AnchorMailbox)/u.test(name),
      ),
    );
    expect(parameters).toEqual({
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

  test("is Entra's refusal when the consent was declined", async () => {
    const made = await request();
    const description = "AADSTS65004: User declined to consent to access the app. Trace ID: 1";
    const parameters = new URLSearchParams({
      error: "access_denied",
      error_description: description,
      state: made.state,
    });
    expect(await failure(Promise.try(() => checkRedirect(made, parameters)))).toEqual({
      name: "EntraError",
      error: "access_denied",
      code: 65004,
      remedy: "consent",
      message:
        "The sign-in was refused: the consent was declined. Entra says: AADSTS65004: User declined to consent to access the app.",
    });
  });
});

describe("redeeming a checked code", () => {
  const accessToken = jwt({ aud: resource, tid: tenantId, oid: "o" });
  const tokens =
    (made: AuthorizationRequest, claims: object = {}, without?: string) =>
    () => {
      const now = Math.floor(Date.now() / 1000);
      const id = {
        aud: clientId,
        iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
        tid: tenantId,
        oid: "o",
        sub: "s",
        iat: now,
        nbf: now,
        exp: now + 3600,
        nonce: made.nonce,
        ver: "2.0",
        ...claims,
      };
      const clientInfo = Buffer.from(JSON.stringify({ uid: "o", utid: tenantId })).toString("base64url");
      const body = {
        token_type: "Bearer",
        scope: `${resource}/user_impersonation`,
        expires_in: 3600,
        access_token: accessToken,
        refresh_token: "refresh-canary",
        id_token: jwt(id),
        client_info: clientInfo,
      };
      return { body: Object.fromEntries(Object.entries(body).filter(([name]) => name !== without)) };
    };
  const redeem = async (answer: (made: AuthorizationRequest) => Parameters<typeof fakeEntra>[0]) => {
    const made = await request();
    const sent = fakeEntra(answer(made));
    const code = checkRedirect(made, new URLSearchParams({ code: "the-code", state: made.state }));
    return { made, sent, redeemed: redeemCode(code) };
  };

  test("sends it once with verifier and secret, and takes the refresh token out of MSAL's cache", async () => {
    const before = Date.now();
    const { made, sent, redeemed } = await redeem((request) => tokens(request));
    const found = await redeemed;
    expect(found).toEqual({ accessToken, expiresOn: found.expiresOn, refreshToken: "refresh-canary", resource });
    expect(Math.abs(found.expiresOn.getTime() - before - 3_600_000)).toBeLessThan(5000);
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

  test("fails when the id token answers another sign-in's nonce", async () => {
    const { redeemed } = await redeem((made) => tokens(made, { nonce: "another" }));
    expect(await failure(redeemed)).toEqual({
      message: expect.stringMatching(/^Redeeming the authorization code failed: nonce_mismatch/u) as string,
    });
  });

  test("fails without a refresh token and says what is missing", async () => {
    const { redeemed } = await redeem((made) => tokens(made, {}, "refresh_token"));
    expect(await failure(redeemed)).toEqual({
      message:
        "Redeeming the authorization code answered no refresh token: the application must be asked for offline_access.",
    });
  });

  test("fails with Entra's refusal and what helps, and shows neither code nor secret", async () => {
    const { redeemed } = await redeem(
      () => () => refusal("invalid_grant", "AADSTS54005: OAuth2 Authorization code was already redeemed."),
    );
    expect(await failure(redeemed)).toEqual({
      name: "EntraError",
      error: "invalid_grant",
      code: 54005,
      remedy: "restart",
      message:
        "Redeeming the authorization code was refused: the authorization code was used already. " +
        "Entra says: AADSTS54005: OAuth2 Authorization code was already redeemed.",
    });
  });
});
