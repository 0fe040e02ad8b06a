/** Unmodified vendor libraries against the emulator. */
import { ClientSecretCredential, CredentialUnavailableError } from "@azure/identity";
import { ConfidentialClientApplication, CryptoProvider, InteractionRequiredAuthError } from "@azure/msal-node";
import { registerModestApplication, type RegisteredApplication } from "../../testing/applications";
import { emulatorForEach, signInFor } from "../../testing/emulator";
import { claimsOf } from "../../testing/oauth";

let application: RegisteredApplication;
const cloud = emulatorForEach((started) => (application = registerModestApplication(started)));

const msal = () =>
  new ConfidentialClientApplication({
    auth: {
      clientId: application.clientId,
      clientSecret: application.clientSecret,
      authority: `${cloud.url}/${cloud.seeds.partner.id}`,
      knownAuthorities: [new URL(cloud.url).host],
    },
  });

/** MSAL hands out no refresh token. */
function refreshTokenOf(client: ConfidentialClientApplication): string {
  const cache = JSON.parse(client.getTokenCache().serialize()) as { RefreshToken: Record<string, { secret: string }> };
  return Object.values(cache.RefreshToken)[0]?.secret ?? "";
}

describe("msal-node", () => {
  test("authorization code with PKCE, state and nonce, then refresh tokens for other resources", async () => {
    const client = msal();
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
    const state = "state-of-this-sign-in";
    const nonce = "nonce-of-this-sign-in";
    const request = { scopes: [`${cloud.origins.partnerCenter}/.default`], redirectUri: application.redirectUri };
    const url = await client.getAuthCodeUrl({
      ...request,
      state,
      nonce,
      codeChallenge: challenge,
      codeChallengeMethod: "S256",
      loginHint: cloud.seeds.users.serviceAccount.userPrincipalName,
    });
    const answer = await signInFor(url);
    const result = await client.acquireTokenByCode(
      { ...request, code: answer["code"] ?? "", codeVerifier: verifier, state, nonce },
      { code: answer["code"] ?? "", state: answer["state"] ?? "", nonce },
    );
    expect(result).toMatchObject({
      tenantId: cloud.seeds.partner.id,
      uniqueId: cloud.seeds.users.serviceAccount.id,
      account: {
        homeAccountId: `${cloud.seeds.users.serviceAccount.id}.${cloud.seeds.partner.id}`,
        username: cloud.seeds.users.serviceAccount.userPrincipalName,
      },
    });
    expect(claimsOf(result.accessToken)).toMatchObject({ aud: cloud.origins.partnerCenter, amr: ["pwd", "mfa"] });

    const forLegacyGraph = await client.acquireTokenByRefreshToken({
      refreshToken: refreshTokenOf(client),
      scopes: [`${cloud.origins.azureAdGraph}/.default`],
    });
    expect(claimsOf(forLegacyGraph?.accessToken)).toMatchObject({ aud: cloud.origins.azureAdGraph });
  });

  test("a missing consent arrives as a typed error with its number", async () => {
    const client = msal();
    const request = { scopes: [`${cloud.origins.partnerCenter}/.default`], redirectUri: application.redirectUri };
    const { code } = await signInFor(await client.getAuthCodeUrl(request));
    await client.acquireTokenByCode({ ...request, code: code ?? "" });
    const failure = await client
      .acquireTokenByRefreshToken({
        refreshToken: refreshTokenOf(client),
        scopes: [`${cloud.origins.resourceManager}/.default`],
      })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InteractionRequiredAuthError);
    expect(failure).toMatchObject({ errorNo: 65001, errorCode: "invalid_grant", subError: "consent_required" });
  });

  test("client credentials", async () => {
    const result = await msal().acquireTokenByClientCredential({
      scopes: [`${cloud.origins.microsoftGraph}/.default`],
    });
    expect(claimsOf(result?.accessToken)).toMatchObject({ appid: application.clientId, idtyp: "app" });
  });
});

describe("@azure/identity", () => {
  const credential = (secret: string) =>
    new ClientSecretCredential(cloud.seeds.partner.id, cloud.seeds.deployer.clientId, secret, {
      authorityHost: cloud.url,
      disableInstanceDiscovery: true,
    });

  test("ClientSecretCredential gets a token for Resource Manager", async () => {
    const token = await credential(cloud.seeds.deployer.clientSecret).getToken(
      `${cloud.origins.resourceManager}/.default`,
    );
    expect(claimsOf(token.token)).toMatchObject({ aud: cloud.origins.resourceManager, idtyp: "app" });
    expect(token.expiresOnTimestamp).toBeGreaterThan(Date.now() + 3500 * 1000);
  });

  test("ClientSecretCredential reports a wrong secret in Entra's words", async () => {
    const failure = await credential("wrong")
      .getToken(`${cloud.origins.resourceManager}/.default`)
      .catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(CredentialUnavailableError);
    expect(String(failure)).toContain("AADSTS7000215");
  });
});
