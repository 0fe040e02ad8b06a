import type { Emulator } from "../../emulator/emulator";
import { registerModestApplication, type RegisteredApplication } from "../../testing/applications";
import { startEmulator } from "../../testing/emulator";
import { askForToken, refreshing, signedIn } from "../../testing/oauth";

let cloud: Emulator;
let application: RegisteredApplication;
let token: string;
beforeAll(async () => {
  cloud = await startEmulator();
  application = registerModestApplication(cloud);
  const refreshToken = String((await signedIn(cloud, application))["refresh_token"]);
  const { body } = await askForToken(cloud, refreshing(application, refreshToken, cloud.origins.azureAdGraph));
  token = String(body["access_token"]);
});
afterAll(() => cloud.close());

async function get(path: string, bearer = token): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: `Bearer ${bearer}` };
  const response = await fetch(`${cloud.origins.azureAdGraph}${path}`, { headers });
  return { status: response.status, body: await response.json() };
}

const failure = (status: number, code: string) => ({
  status,
  body: { "odata.error": { code, message: { lang: "en", value: expect.any(String) as unknown } } },
});

test("the signed-in user, by tenant id, domain or myorganization", async () => {
  const { id, userPrincipalName, displayName } = cloud.seeds.users.serviceAccount;
  for (const tenant of [cloud.seeds.partner.id, "partner.example", "myorganization"]) {
    expect(await get(`/${tenant}/me?api-version=1.6`)).toEqual({
      status: 200,
      body: {
        "odata.metadata": `${cloud.origins.azureAdGraph}/$metadata#directoryObjects/@Element`,
        "odata.type": "Microsoft.DirectoryServices.User",
        objectType: "User",
        objectId: id,
        deletionTimestamp: null,
        accountEnabled: true,
        displayName,
        mail: userPrincipalName,
        userPrincipalName,
        userType: "Member",
      },
    });
  }
});

test("the tenant and its verified domains", async () => {
  expect((await get("/myorganization/tenantDetails?api-version=1.6")).body).toMatchObject({
    value: [
      {
        objectId: cloud.seeds.partner.id,
        displayName: cloud.seeds.partner.displayName,
        verifiedDomains: [
          { name: "partner.example", default: true, initial: false, type: "Managed" },
          { name: "fabrikampartner.onmicrosoft.com", default: false, initial: true, type: "Managed" },
        ],
      },
    ],
  });
});

test("refusals: no token, no version, another tenant, no permission", async () => {
  expect(await get("/myorganization/me?api-version=1.6", "none")).toEqual(
    failure(401, "Authentication_MissingOrMalformed"),
  );
  expect(await get("/myorganization/me")).toEqual(failure(400, "Request_DataContractVersionMissing"));
  expect(await get(`/${cloud.seeds.government.id}/me?api-version=1.6`)).toEqual(
    failure(403, "Authentication_Unauthorized"),
  );
  const own = await askForToken(cloud, {
    grant_type: "client_credentials",
    client_id: application.clientId,
    client_secret: application.clientSecret,
    scope: `${cloud.origins.azureAdGraph}/.default`,
  });
  const ownToken = String(own.body["access_token"]);
  expect(await get("/myorganization/me?api-version=1.6", ownToken)).toEqual(
    failure(403, "Authorization_RequestDenied"),
  );
});

test("501 for anything else", async () => {
  expect(await get("/myorganization/users?api-version=1.6")).toEqual(failure(501, "NotImplemented"));
});
