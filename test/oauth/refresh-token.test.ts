import { messageOf } from "../../lib/errors/text";
import { RestError } from "@azure/core-rest-pipeline";
import { cloudOf, clouds } from "../../lib/config/clouds";
import { type EntraError, fixes } from "../../lib/oauth/aadsts";
import { httpClient } from "../../lib/http/client";
import { redeemRefreshToken } from "../../lib/oauth/refresh-token";
import { failureOf } from "./failure";
import { application, clientId, discovered, fakeEntra, jwt, refusal, tenantId, tokenAnswer } from "./fake-entra";
import { withShortPauses } from "../support/pauses";
import { ownEndpoints } from "../support/own-endpoints";

const cloud = clouds.AzureUSGovernment;
const redeem = (resource: string) => redeemRefreshToken(cloud, application, "refresh-canary", resource);

afterEach(() => {
  jest.restoreAllMocks();
});

const accessToken = jwt({ aud: "x" });
const answer = (refresh_token?: string) => () => ({ body: tokenAnswer({}, { refresh_token }) });

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

test("China's authority has two names", async () => {
  const token_endpoint = `https://login.partner.microsoftonline.cn/${tenantId}/oauth2/v2.0/token`;
  const { authority, partnerCenter } = clouds.AzureChinaCloud;
  const body = { ...discovered(authority), token_endpoint };
  const sent = fakeEntra(({ url }) => (url === token_endpoint ? answer("rolled")() : { body }));
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

test("fails with Entra's refusal and what helps", async () => {
  const description = "AADSTS700007: Token was issued to another client.";
  fakeEntra(() => refusal("invalid_grant", description));
  expect(await failureOf(redeem(cloud.partnerCenter))).toEqual({
    ...{ name: "EntraError", error: "invalid_grant", code: "entra-vault", aadsts: 700007, remedy: "vault" },
    message: `Redeeming the refresh token for ${cloud.partnerCenter} was refused: the token was issued to another application. Entra says: ${description} ${messageOf({ what: "", fixes: fixes.vault })}`,
  });
});

test.each([
  [cloud.partnerCenter, []],
  [cloud.microsoftGraph, ["delegatedGraph"]],
  [cloud.azureAdGraph, ["permissions.legacy"]],
  [`${cloud.resourceManager}/`, ["azureManagement"]],
])("a permission that is missing for %s is declared by its own setting: %j", async (resource, settings) => {
  fakeEntra(() => refusal("invalid_grant", "AADSTS65001: The user or administrator has not consented."));
  const { fixes: found } = await redeem(resource).then(
    () => ({ fixes: [] }),
    (error: unknown) => error as EntraError,
  );
  expect(found.map(({ commands = [] }) => commands.flatMap(({ args }) => args).join(" "))).toEqual([
    ...settings.map((one) => `config set ${one.includes(".") ? "--path " : ""}secure-application-model:${one} true up`),
    "consent",
  ]);
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
    // Microsoft's own are never wrong.
    const endpoints = unreachable.authority.includes("127.0.0.1")
      ? " Check the endpoints (secure-application-model:endpoints, --endpoints)."
      : "";
    const service = unreachable === cloud ? "The authority" : `The authority of ${unreachable.name}`;
    expect(message).toBe(
      `Redeeming the refresh token for https://graph.example failed. ${service} (${unreachable.authority}) cannot be reached: ECONNREFUSED. ` +
        `Check the network and the proxy (HTTPS_PROXY, NO_PROXY).${endpoints}`,
    );
  },
);
