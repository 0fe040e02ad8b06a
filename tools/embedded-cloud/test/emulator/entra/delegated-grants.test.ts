import {
  azureManagementPermission,
  registerModestApplication,
  type RegisteredApplication,
} from "../../../testing/applications";
import { asking } from "../../../testing/callers";
import { emulatorForEach } from "../../../testing/emulator";
import {
  askForToken,
  claimsOf,
  codeFor,
  newProof,
  redemption,
  refreshing,
  refusal,
  signedIn,
  withoutField,
} from "../../../testing/oauth";

const day = 24 * 60 * 60 * 1000;

let application: RegisteredApplication;
const cloud = emulatorForEach((started) => {
  application = registerModestApplication(started, {}, new Date(started.clock.now() + 400 * day));
});

const refreshTokenOf = async (who = application) => String((await signedIn(cloud, who))["refresh_token"]);
const refresh = (token: string, resource: string, who = application) =>
  askForToken(cloud, refreshing(who, token, resource));

describe("authorization codes", () => {
  test("AADSTS54005: a code works once", async () => {
    const form = redemption(application, await codeFor(cloud, application));
    expect((await askForToken(cloud, form)).status).toBe(200);
    expect(refusal(await askForToken(cloud, form))).toEqual([400, "invalid_grant", [54005]]);
  });

  test("AADSTS54005: of two redemptions at once, one wins", async () => {
    const form = redemption(application, await codeFor(cloud, application));
    const both = await Promise.all([askForToken(cloud, form), askForToken(cloud, form)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  test("AADSTS501481: PKCE verifier wrong, missing, or without a challenge", async () => {
    const { challenge, verifier } = newProof();
    const proof = { code_challenge: challenge, code_challenge_method: "S256" };
    const withProof = redemption(application, await codeFor(cloud, application, proof));
    const expected = [400, "invalid_grant", [501481]];
    const wrong = { ...withProof, code_verifier: newProof().verifier };
    expect(refusal(await askForToken(cloud, wrong))).toEqual(expected);
    expect(refusal(await askForToken(cloud, withProof))).toEqual(expected);
    expect((await askForToken(cloud, { ...withProof, code_verifier: verifier })).status).toBe(200);
    const without = redemption(application, await codeFor(cloud, application));
    expect(refusal(await askForToken(cloud, { ...without, code_verifier: verifier }))).toEqual(expected);
  });

  test("AADSTS7000215: a wrong secret does not use the code up", async () => {
    const form = redemption(application, await codeFor(cloud, application));
    const wrong = { ...form, client_secret: "wrong" };
    expect(refusal(await askForToken(cloud, wrong))).toEqual([401, "invalid_client", [7000215]]);
    expect((await askForToken(cloud, form)).status).toBe(200);
  });

  test("no offline_access, no refresh token", async () => {
    const scope = `${cloud.origins.partnerCenter}/.default openid`;
    const form = redemption(application, await codeFor(cloud, application, { scope }));
    expect(Object.keys((await askForToken(cloud, form)).body)).not.toContain("refresh_token");
  });
});

describe("refresh tokens", () => {
  test("each redemption gives a new one, and the old one stays valid", async () => {
    const first = await refreshTokenOf();
    const second = (await refresh(first, cloud.origins.partnerCenter)).body["refresh_token"];
    expect(second).not.toBe(first);
    for (const token of [first, String(second)]) {
      const { status, body } = await refresh(token, cloud.origins.azureAdGraph);
      expect([status, claimsOf(body["access_token"])]).toEqual([
        200,
        expect.objectContaining({
          aud: cloud.origins.azureAdGraph,
          scp: "User.Read",
          amr: ["pwd", "mfa"],
        }),
      ]);
    }
  });

  test("Azure AD Graph, which these are for, is retired: it answers each request with a 501 that names it", async () => {
    const { status, body } = await asking(cloud.origins.azureAdGraph)("GET", "/myorganization/me?api-version=1.6");
    const message = { lang: "en", value: "GET /myorganization/me is not served here." };
    expect([status, body]).toEqual([501, { "odata.error": { code: "NotImplemented", message } }]);
  });

  test("a delegated Graph token carries only what else was consented to", async () => {
    const { body } = await refresh(await refreshTokenOf(), cloud.origins.microsoftGraph);
    expect(claimsOf(body["access_token"])["scp"]).toBe("openid profile");
  });

  test("AADSTS65001: the model's exact permissions give no Azure token, and the error names the resource", async () => {
    const answer = await refresh(await refreshTokenOf(), cloud.origins.resourceManager);
    expect(refusal(answer)).toEqual([400, "invalid_grant", [65001]]);
    expect(answer.body).toMatchObject({ suberror: "consent_required" });
    expect(answer.body["error_description"]).toContain(`access the resource '${cloud.origins.resourceManager}'`);
  });

  test("the opt-in permission gives an Azure token, for a resource that ends in a slash too", async () => {
    const optedIn = registerModestApplication(cloud, {
      requiredResourceAccess: [...application.application.requiredResourceAccess, azureManagementPermission],
    });
    const { status, body } = await refresh(await refreshTokenOf(optedIn), `${cloud.origins.resourceManager}/`, optedIn);
    expect([status, claimsOf(body["access_token"])["aud"]]).toEqual([200, cloud.origins.resourceManager]);
  });

  test("AADSTS700082: 90 days, counted from each token's own issue", async () => {
    const first = await refreshTokenOf();
    cloud.clock.advance(60 * day);
    const second = String((await refresh(first, cloud.origins.partnerCenter)).body["refresh_token"]);
    cloud.clock.advance(30 * day);
    expect(refusal(await refresh(first, cloud.origins.partnerCenter))).toEqual([400, "invalid_grant", [700082]]);
    expect((await refresh(second, cloud.origins.partnerCenter)).status).toBe(200);
  });

  test("AADSTS700025: a public client redeems without a secret, and is refused with one", async () => {
    const redirectUri = "http://localhost:8400/";
    const publicClient = {
      ...registerModestApplication(cloud, { web: { redirectUris: [] }, publicClient: { redirectUris: [redirectUri] } }),
      redirectUri,
    };
    const form = redemption(publicClient, await codeFor(cloud, publicClient));
    expect(refusal(await askForToken(cloud, form))).toEqual([401, "invalid_client", [700025]]);
    const redeemed = await askForToken(cloud, withoutField(form, "client_secret"));
    const token = String(redeemed.body["refresh_token"]);
    const refreshForm = refreshing(publicClient, token, cloud.origins.partnerCenter);
    expect(refusal(await askForToken(cloud, refreshForm))).toEqual([401, "invalid_client", [700025]]);
    const publicForm = withoutField(refreshForm, "client_secret");
    expect((await askForToken(cloud, publicForm)).status).toBe(200);
  });

  test("neither codes nor refresh tokens are kept in clear", async () => {
    const code = await codeFor(cloud, application);
    const token = await refreshTokenOf();
    const kept = cloud.clouds.get("AzureCloud")?.signIns;
    const text = JSON.stringify([[...(kept?.codes ?? [])], [...(kept?.refreshTokens ?? [])]]);
    expect([text.includes(code), text.includes(token)]).toEqual([false, false]);
  });
});
