import { registerModestApplication, type RegisteredApplication } from "../../testing/applications";
import { asking } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";
import { askForToken, ownForm, refreshing, signedIn } from "../../testing/oauth";

let application: RegisteredApplication;
let token: string;
const cloud = emulatorForEach(async () => {
  application = registerModestApplication(cloud);
  const refreshToken = String((await signedIn(cloud, application))["refresh_token"]);
  const { body } = await askForToken(cloud, refreshing(application, refreshToken, cloud.origins.azureAdGraph));
  token = String(body["access_token"]);
});

async function get(path: string, bearer = token) {
  const { status, body } = await asking(cloud.origins.azureAdGraph, `Bearer ${bearer}`)("GET", path);
  return { status, body };
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

test.each([
  ["no token", "/me?api-version=1.6", "none", 401, "Authentication_MissingOrMalformed"],
  ["no version", "/me", undefined, 400, "Request_DataContractVersionMissing"],
  ["what is not served", "/users?api-version=1.6", undefined, 501, "NotImplemented"],
])("refuses %s", async (_, path, bearer, status, code) => {
  expect(await get(`/myorganization${path}`, bearer)).toEqual(failure(status, code));
});

test("refuses another tenant, and an application that signs in as itself", async () => {
  const elsewhere = await get(`/${cloud.seeds.government.id}/me?api-version=1.6`);
  expect(elsewhere).toEqual(failure(403, "Authentication_Unauthorized"));
  const own = await askForToken(cloud, ownForm(cloud, application, cloud.origins.azureAdGraph));
  const denied = await get("/myorganization/me?api-version=1.6", String(own.body["access_token"]));
  expect(denied).toEqual(failure(403, "Authorization_RequestDenied"));
});
