import { fixesText } from "../../lib/errors/text";
import { clouds } from "../../lib/config/clouds";
import { fixes } from "../../lib/oauth/aadsts";
import {
  type AuthorizationRequest,
  checkRedirect,
  redeemCode,
  requestAuthorization,
} from "../../lib/oauth/authorization-code";
import { failureOf } from "./failure";
import { application, clientId, fakeEntra, jwt, refusal, type SentForm, tenantId, tokenAnswer } from "./fake-entra";

const resource = clouds.AzureCloud.partnerCenter;
const redirectUri = "http://localhost:8400/consent";
const accessToken = jwt({ aud: resource, tid: tenantId, oid: "o" });

afterEach(() => {
  jest.restoreAllMocks();
});

type Answer = Parameters<typeof fakeEntra>[0];
interface Round {
  made: AuthorizationRequest;
  sent: SentForm[];
  redeemed: Promise<unknown>;
}

/** Prepares a request, returns with the right state, and redeems with this response. */
async function redeem(answer: (made: AuthorizationRequest) => Answer): Promise<Round> {
  const asked = { resource, redirectUri, loginHint: undefined };
  const made = await requestAuthorization(clouds.AzureCloud, application, asked);
  const sent = fakeEntra(answer(made));
  const code = checkRedirect(made, new URLSearchParams({ code: "the-code", state: made.state }));
  return { made, sent, redeemed: redeemCode(code) };
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
      `Entra says: ${description} ${fixesText(fixes.restart)}`,
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
