import { fixesText } from "../../lib/errors/text";
import { RestError } from "@azure/core-rest-pipeline";
import { cloudOf, clouds } from "../../lib/config/clouds";
import { fixes, type Remedy } from "../../lib/oauth/aadsts";
import { httpClient } from "../../lib/http/client";
import { redeemRefreshToken } from "../../lib/oauth/refresh-token";
import { failureOf } from "./failure";
import { fakeEntra, jwt, refusal } from "./fake-entra";
import { withShortPauses } from "../support/pauses";
import { ownEndpoints } from "../support/own-endpoints";

const tenantId = "aaaaaaaa-1111-4222-8333-444444444444";
const clientId = "bbbbbbbb-1111-4222-8333-444444444444";
const application = { tenantId, clientId, clientSecret: "secret-canary" };
const cloud = clouds.AzureUSGovernment;
const redeem = (resource: string) => redeemRefreshToken(cloud, application, "refresh-canary", resource);

afterEach(() => {
  jest.restoreAllMocks();
});

const accessToken = jwt({ aud: "x" });
/** Entra's response with the account, without which MSAL would keep any refresh token. */
const answer = (refreshToken?: string) => () => ({
  body: {
    token_type: "Bearer",
    scope: "x",
    expires_in: 3600,
    access_token: accessToken,
    id_token: jwt({ aud: clientId, tid: tenantId, oid: "o", sub: "s", ver: "2.0" }),
    client_info: Buffer.from(JSON.stringify({ uid: "o", utid: tenantId })).toString("base64url"),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  },
});

test.each([
  ["https://graph.microsoft.us", "https://graph.microsoft.us/.default"],
  // Audiences are registered with or without a slash; v2 requires the registered resource, followed by a slash.
  ["https://management.azure.com/", "https://management.azure.com//.default"],
])("asks the cloud's own authority for everything consented on %s", async (resource, scope) => {
  const sent = fakeEntra(answer("rolled"));
  const found = await redeem(resource);
  expect(found).toEqual({ accessToken, expiresOn: found.expiresOn, refreshToken: "rolled", resource, scopes: ["x"] });
  expect(Math.abs(found.expiresOn.getTime() - Date.now() - 3_600_000)).toBeLessThan(60_000);
  expect(sent).toEqual([
    {
      url: `https://login.microsoftonline.us/${tenantId}/oauth2/v2.0/token`,
      form: {
        client_id: clientId,
        client_secret: "secret-canary",
        grant_type: "refresh_token",
        refresh_token: "refresh-canary",
        scope: `${scope} openid profile offline_access`,
      },
    },
  ]);
});

test.each([
  [ownEndpoints(), "https://elsewhere.example", "https://127.0.0.1:9"],
  [{}, "https://login.microsoftonline.com", "https://login.chinacloudapi.cn"],
])("no secret and no token goes where the authority's discovery leads: %#", async (endpoints, elsewhere, authority) => {
  const sent = fakeEntra(() => ({
    body: {
      issuer: `${authority}/${tenantId}/v2.0`,
      authorization_endpoint: `${authority}/authorize`,
      token_endpoint: `${elsewhere}/${tenantId}/oauth2/v2.0/token`,
      jwks_uri: `${authority}/keys`,
    },
  }));
  const cloud = cloudOf("AzureChinaCloud", endpoints);
  await expect(redeemRefreshToken(cloud, application, "refresh-canary", cloud.partnerCenter)).rejects.toThrow(
    `The authority (${authority}) names another address, ${elsewhere}, for its tokens. The token is for this service and goes nowhere else.`,
  );
  // Of MSAL, and of who finds out why it has no endpoints.
  expect(sent.map(({ form }) => form)).toEqual([{}, {}]);
});

test("China's authority has two names", async () => {
  const token_endpoint = `https://login.partner.microsoftonline.cn/${tenantId}/oauth2/v2.0/token`;
  const { authority, partnerCenter } = clouds.AzureChinaCloud;
  const discovered = {
    issuer: `${authority}/`,
    authorization_endpoint: authority,
    jwks_uri: authority,
    token_endpoint,
  };
  const sent = fakeEntra(({ url }) => (url === token_endpoint ? answer("rolled")() : { body: discovered }));
  await redeemRefreshToken(clouds.AzureChinaCloud, application, "refresh-canary", partnerCenter);
  expect(sent.at(-1)).toMatchObject({ url: token_endpoint, form: { refresh_token: "refresh-canary" } });
});

test("fails when no rolled token comes back", async () => {
  fakeEntra(answer());
  expect(await failureOf(redeem(cloud.partnerCenter))).toEqual({
    name: "Failure",
    code: "entra-unexpected",
    message:
      `Redeeming the refresh token for ${cloud.partnerCenter} answered no complete set of tokens. ` +
      "Please report this, with the words above and what this prints: secure-app-model doctor",
  });
});

test.each<[string, string, Remedy, string]>([
  [
    "invalid_grant",
    "AADSTS50173: The provided grant has expired due to it being revoked.",
    "consent",
    "the refresh token was revoked",
  ],
  [
    "invalid_client",
    "AADSTS7000215: Invalid client secret provided.",
    "secret",
    "the client secret is wrong, or is the secret's id instead of its value",
  ],
  [
    "invalid_grant",
    "AADSTS700007: Token was issued to another client.",
    "vault",
    "the token was issued to another application",
  ],
])("fails with Entra's %s and what helps: %s", async (error, description, remedy, meaning) => {
  fakeEntra(() => refusal(error, description));
  expect(await failureOf(redeem(cloud.partnerCenter))).toEqual({
    name: "EntraError",
    error,
    code: `entra-${remedy}`,
    aadsts: Number(/\d+/u.exec(description)?.[0]),
    remedy,
    message: `Redeeming the refresh token for ${cloud.partnerCenter} was refused: ${meaning}. Entra says: ${description} ${fixesText(fixes[remedy])}`,
  });
});

test.each([
  ["AzureUSGovernment", cloud],
  // MSAL first requests the endpoints of an unknown authority.
  ["AzureChinaCloud", clouds.AzureChinaCloud],
  ["a custom cloud", cloudOf("AzureCloud", ownEndpoints())],
])(
  "an authority of %s that cannot be reached is no refusal, its reason is told, and no secret is shown",
  async (_, unreachable) => {
    jest.spyOn(httpClient, "sendRequest").mockImplementation((request) => {
      throw new RestError("connect ECONNREFUSED", { code: "ECONNREFUSED", request });
    });
    const redeemed = withShortPauses(
      async () => await redeemRefreshToken(unreachable, application, "refresh-canary", "https://graph.example"),
    );
    const { message, ...parts } = (await failureOf(redeemed)) as { message: string };
    expect(parts).toEqual({ name: "Failure", code: "http-unreachable" });
    const service = unreachable === cloud ? "The authority" : `The authority of ${unreachable.name}`;
    expect(message).toBe(
      `Redeeming the refresh token for https://graph.example failed. ${service} (${unreachable.authority}) cannot be reached: ECONNREFUSED. ` +
        "Check the network and the proxy (HTTPS_PROXY, NO_PROXY). Check the endpoints (secure-application-model:endpoints, --endpoints).",
    );
  },
);
