import type { Emulator } from "../../../emulator/emulator";
import {
  azureManagementPermission,
  partnerTenant,
  registerModestApplication,
  type RegisteredApplication,
} from "../../../testing/applications";
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

let cloud: Emulator;
let application: RegisteredApplication;
emulatorForEach((started) => {
  cloud = started;
  application = registerModestApplication(cloud, {}, new Date(cloud.clock.now() + 400 * day));
});

const refreshTokenOf = async (who = application) => String((await signedIn(cloud, who))["refresh_token"]);
const refresh = (token: string, resource: string, who = application) =>
  askForToken(cloud, refreshing(who, token, resource));
const consented = (set: (token: string) => Promise<void> | void) => async () => {
  const token = await refreshTokenOf();
  await set(token);
  return refresh(token, cloud.origins.partnerCenter);
};

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

  test("AADSTS70008: a code lives ten minutes", async () => {
    const form = redemption(application, await codeFor(cloud, application));
    cloud.clock.advance(10 * 60 * 1000);
    expect(refusal(await askForToken(cloud, form))).toEqual([400, "invalid_grant", [70008]]);
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

  test("AADSTS500112: another redirect URI than the code was sent to", async () => {
    const form = redemption(application, await codeFor(cloud, application));
    const other = { ...form, redirect_uri: "http://localhost:9999/consent" };
    expect(refusal(await askForToken(cloud, other))).toEqual([400, "invalid_grant", [500112]]);
  });

  test("AADSTS700007: another application's code", async () => {
    const code = await codeFor(cloud, application);
    const other = registerModestApplication(cloud);
    expect(refusal(await askForToken(cloud, redemption(other, code)))).toEqual([400, "invalid_grant", [700007]]);
  });

  test("AADSTS70000: a code nobody issued", async () => {
    const form = redemption(application, "1.Ainvented");
    expect(refusal(await askForToken(cloud, form))).toEqual([400, "invalid_grant", [70000]]);
  });

  test("AADSTS7000215: a wrong secret does not use the code up", async () => {
    const form = redemption(application, await codeFor(cloud, application));
    const wrong = { ...form, client_secret: "wrong" };
    expect(refusal(await askForToken(cloud, wrong))).toEqual([401, "invalid_client", [7000215]]);
    expect((await askForToken(cloud, form)).status).toBe(200);
  });

  test("AADSTS700025: a redirect URI of public clients takes no secret", async () => {
    const redirectUri = "urn:ietf:wg:oauth:2.0:oob";
    const mixed = {
      ...registerModestApplication(cloud, { web: { redirectUris: [] }, publicClient: { redirectUris: [redirectUri] } }),
      redirectUri,
    };
    const form = redemption(mixed, await codeFor(cloud, mixed));
    expect(refusal(await askForToken(cloud, form))).toEqual([401, "invalid_client", [700025]]);
    const publicForm = withoutField(form, "client_secret");
    expect((await askForToken(cloud, publicForm)).status).toBe(200);
  });

  test("AADSTS7000218: a web redirect URI wants the secret", async () => {
    const form = withoutField(redemption(application, await codeFor(cloud, application)), "client_secret");
    expect(refusal(await askForToken(cloud, form))).toEqual([401, "invalid_client", [7000218]]);
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

  test("AADSTS650057: v1 looks at the registration first", async () => {
    const form = withoutField(refreshing(application, await refreshTokenOf(), ""), "scope");
    const path = `/${cloud.seeds.partner.id}/oauth2/token`;
    const answer = await askForToken(cloud, { ...form, resource: cloud.origins.resourceManager }, path);
    expect(refusal(answer)).toEqual([400, "invalid_resource", [650057]]);
  });

  test("AADSTS65001: a consent that was taken back", async () => {
    const answer = await consented(() => {
      partnerTenant(cloud).grants.clear();
    })();
    expect(refusal(answer)).toEqual([400, "invalid_grant", [65001]]);
  });

  test("AADSTS65001: a name that was not consented to", async () => {
    const token = await refreshTokenOf();
    const form = { ...refreshing(application, token, ""), scope: `${cloud.origins.microsoftGraph}/User.Read` };
    expect(refusal(await askForToken(cloud, form))).toEqual([400, "invalid_grant", [65001]]);
  });

  test("AADSTS500011: a resource whose service principal is gone", async () => {
    const answer = await consented(() => {
      const principals = partnerTenant(cloud).servicePrincipals;
      const resource = [...principals.values()].find(({ displayName }) => displayName === "Microsoft Partner Center");
      principals.delete(resource?.id ?? "");
    })();
    expect(refusal(answer)).toEqual([400, "invalid_resource", [500011]]);
  });

  test("AADSTS28000: two resources in one request", async () => {
    const { partnerCenter, azureAdGraph } = cloud.origins;
    const form = {
      ...refreshing(application, await refreshTokenOf(), ""),
      scope: `${partnerCenter}/.default ${azureAdGraph}/.default`,
    };
    expect(refusal(await askForToken(cloud, form))).toEqual([400, "invalid_request", [28000]]);
  });

  test("AADSTS700082: 90 days, counted from each token's own issue", async () => {
    const first = await refreshTokenOf();
    cloud.clock.advance(60 * day);
    const second = String((await refresh(first, cloud.origins.partnerCenter)).body["refresh_token"]);
    cloud.clock.advance(30 * day);
    expect(refusal(await refresh(first, cloud.origins.partnerCenter))).toEqual([400, "invalid_grant", [700082]]);
    expect((await refresh(second, cloud.origins.partnerCenter)).status).toBe(200);
  });

  test("AADSTS50173: revoked sessions", async () => {
    const answer = await consented(() => {
      const user = partnerTenant(cloud).users.get(cloud.seeds.users.serviceAccount.id);
      if (user !== undefined) user.revokedBefore = cloud.clock.now();
    })();
    expect(refusal(answer)).toEqual([400, "invalid_grant", [50173]]);
  });

  test("AADSTS50057 and 50034: the account is disabled, then gone", async () => {
    const token = await refreshTokenOf();
    const { id } = cloud.seeds.users.serviceAccount;
    const user = partnerTenant(cloud).users.get(id);
    if (user !== undefined) user.accountEnabled = false;
    expect(refusal(await refresh(token, cloud.origins.partnerCenter))).toEqual([400, "invalid_grant", [50057]]);
    partnerTenant(cloud).users.delete(id);
    expect(refusal(await refresh(token, cloud.origins.partnerCenter))).toEqual([400, "invalid_grant", [50034]]);
  });

  test("AADSTS70000: a token nobody issued", async () => {
    expect(refusal(await refresh("1.Ainvented", cloud.origins.partnerCenter))).toEqual([400, "invalid_grant", [70000]]);
  });

  test("AADSTS700007: another application's token", async () => {
    const token = await refreshTokenOf();
    const other = registerModestApplication(cloud);
    expect(refusal(await refresh(token, cloud.origins.partnerCenter, other))).toEqual([400, "invalid_grant", [700007]]);
  });

  test("AADSTS7000112: the application's service principal was disabled", async () => {
    const answer = await consented(() => {
      application.servicePrincipal.accountEnabled = false;
    })();
    expect(refusal(answer)).toEqual([400, "unauthorized_client", [7000112]]);
  });

  test("AADSTS700016: the application is gone", async () => {
    const answer = await consented(() => {
      partnerTenant(cloud).applications.delete(application.application.id);
    })();
    expect(refusal(answer)).toEqual([400, "unauthorized_client", [700016]]);
  });

  test("AADSTS7000222: the secret has expired, the token has not", async () => {
    const shortLived = registerModestApplication(cloud, {}, new Date(cloud.clock.now() + day));
    const token = await refreshTokenOf(shortLived);
    cloud.clock.advance(2 * day);
    const answer = await refresh(token, cloud.origins.partnerCenter, shortLived);
    expect(refusal(answer)).toEqual([401, "invalid_client", [7000222]]);
  });

  test("AADSTS90099: a customer's tenant, before the partner consented for it", async () => {
    const form = refreshing(application, await refreshTokenOf(), cloud.origins.microsoftGraph);
    const answer = await askForToken(cloud, form, "/contoso.example/oauth2/v2.0/token");
    expect(refusal(answer)).toEqual([400, "invalid_grant", [90099]]);
  });

  test("a public client redeems without a secret, and is refused with one", async () => {
    const redirectUri = "http://localhost:8400/";
    const publicClient = {
      ...registerModestApplication(cloud, { web: { redirectUris: [] }, publicClient: { redirectUris: [redirectUri] } }),
      redirectUri,
    };
    const form = withoutField(redemption(publicClient, await codeFor(cloud, publicClient)), "client_secret");
    const token = String((await askForToken(cloud, form)).body["refresh_token"]);
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
