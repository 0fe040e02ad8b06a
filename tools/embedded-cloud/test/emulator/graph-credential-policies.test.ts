/** The application management policy of a tenant: set by the admin surface, and its effects. */
import { milliseconds } from "../../emulator/graph/credential-policies";
import { type Answer, askAdmin, askService, refusal } from "../../testing/callers";
import { foreignCertificate } from "../../testing/certificates";
import { emulatorForEach } from "../../testing/emulator";

const defaultId = "00000000-0000-0000-0000-000000000000";
const day = 24 * 60 * 60 * 1000;

const emulator = emulatorForEach();
const ask = askService(emulator, "microsoftGraph", {
  roles: ["Application.ReadWrite.All"],
});
let application: { id: string; path: string };
beforeEach(async () => {
  const { id } = (await ask("POST", "/v1.0/applications", { displayName: "One" })).body as { id: string };
  application = { id, path: `/v1.0/applications/${id}` };
});

/** Sets the tenant's policy with the emulator's admin surface. */
const set = (credentialPolicy: object, tenant: string = emulator.seeds.partner.id): Promise<Answer> =>
  askAdmin(emulator)("POST", `tenants/${tenant}`, { credentialPolicy });

const inDays = (days: number): string => new Date(emulator.clock.now() + days * day).toISOString();
const addPassword = (days?: number): Promise<Answer> =>
  ask("POST", `${application.path}/addPassword`, {
    ...(days !== undefined && { passwordCredential: { endDateTime: inDays(days) } }),
  });
function addKey(days: number): Promise<Answer> {
  const key = Buffer.from(foreignCertificate(inDays(0), inDays(days)).pem).toString("base64");
  return ask("PATCH", application.path, { keyCredentials: [{ type: "AsymmetricX509Cert", usage: "Verify", key }] });
}

const tooLong = [
  400,
  "CredentialInvalidLifetimeAsPerAppPolicy",
  `Credential lifetime exceeds the max value allowed as per assigned policy '${defaultId}'.`,
];
const forbidden = [
  400,
  "CredentialTypeNotAllowedAsPerAppPolicy",
  `Credential type not allowed as per assigned policy '${defaultId}'.`,
];

test("without one, everything is allowed", async () => {
  expect([(await addPassword(3650)).status, (await addKey(3650)).status]).toEqual([200, 204]);
});

test("a policy against client secrets: none is added, those that are there stay good, certificates are allowed", async () => {
  const { body } = await addPassword();
  expect((await set({ passwordCredentials: [{ restrictionType: "passwordAddition" }] })).status).toBe(200);
  expect(refusal(await addPassword(1))).toEqual(forbidden);
  expect((await ask("GET", application.path)).body).toMatchObject({
    passwordCredentials: [{ keyId: (body as { keyId: string }).keyId }],
  });
  expect((await addKey(365)).status).toBe(204);
  await set({});
  expect((await addPassword(1)).status).toBe(200);
});

test("a longest life, of a secret and of a certificate; who names no end asks for two years", async () => {
  const [passwordCredentials, keyCredentials] = ["passwordLifetime", "asymmetricKeyLifetime"].map((restrictionType) => [
    { restrictionType, maxLifetime: "P90D" },
  ]);
  await set({ passwordCredentials, keyCredentials });
  expect((await addPassword(89)).status).toBe(200);
  const answer = await addPassword(91);
  expect(refusal(answer)).toEqual(tooLong);
  expect(answer.body).toMatchObject({
    error: { details: [{ code: "InvalidKeyEndDate", message: tooLong[2], target: "EndDate" }] },
  });
  expect(refusal(await addPassword())).toEqual(tooLong);
  expect([(await addKey(89)).status, refusal(await addKey(91))]).toEqual([204, tooLong]);
});

test("certificates of the tenant's authorities alone: a self-signed one is refused", async () => {
  await set({ keyCredentials: [{ restrictionType: "trustedCertificateAuthority" }] });
  expect(refusal(await addKey(30))).toEqual(forbidden);
  expect((await addPassword()).status).toBe(200);
});

test("a certificate that is there may stay in the list, whatever new ones may not", async () => {
  await addKey(365);
  const { keyCredentials } = (await ask("GET", application.path)).body as { keyCredentials: object[] };
  await set({ keyCredentials: [{ restrictionType: "asymmetricKeyLifetime", maxLifetime: "P1D" }] });
  expect((await ask("PATCH", application.path, { keyCredentials })).status).toBe(204);
});

test.each<[string, object, number | undefined, number]>([
  ["is in the way of version 1", {}, undefined, 400],
  ["is in nobody's way with version 2", {}, 2, 201],
  ["that excludes no version 2", { excludeAppsReceivingV2Tokens: false }, 2, 400],
])("a restriction of identifier URIs %s", async (_, nonDefaultUriAddition, requestedAccessTokenVersion, status) => {
  await set({ identifierUris: { nonDefaultUriAddition } });
  const answer = await ask("POST", "/v1.0/applications", {
    displayName: "Two",
    identifierUris: ["https://partner.example/two"],
    api: { requestedAccessTokenVersion },
  });
  expect(answer.status).toBe(status);
  const refused = "The newly added URI https://partner.example/two must comply with the format 'api://{appId}'";
  if (status === 400) expect(refusal(answer)[2]).toContain(refused);
});

test("policies are not read here: what no client asks for is not there", async () => {
  for (const path of ["/v1.0/policies/defaultAppManagementPolicy", `${application.path}/appManagementPolicies`])
    expect((await ask("GET", path)).status).toBe(501);
});

test.each([
  [{ passwordCredentials: [{ restrictionType: "asymmetricKeyLifetime" }] }],
  [{ passwordCredentials: [{ restrictionType: "passwordLifetime", maxLifetime: "3 months" }] }],
  [{ other: {} }],
])("what is no policy is refused by the admin surface: %j", async (policy) => {
  expect((await set(policy)).status).toBe(400);
});

test("and a tenant that there is not", async () => {
  expect((await set({}, defaultId)).status).toBe(404);
});

test.each([
  ["P90D", 90 * day],
  ["P4DT12H30M5S", 4 * day + 12 * 3_600_000 + 30 * 60_000 + 5000],
  ["PT1S", 1000],
  ["P", undefined],
  ["P1Y", undefined],
])("a life of %s", (text, expected) => {
  expect(milliseconds(text)).toBe(expected);
});
