/** Application management policies: read with Graph, set by the admin surface, and their effects. */
import { randomUUID } from "node:crypto";
import { milliseconds } from "../../emulator/graph/credential-policies";
import { type Answer, askAdmin, askService, refusal } from "../../testing/callers";
import { foreignCertificate } from "../../testing/certificates";
import { emulatorForEach } from "../../testing/emulator";

const oid = "0b8f3c55-1d2e-4f60-9a77-c2d4e6f80a12";
const defaultId = "00000000-0000-0000-0000-000000000000";
const day = 24 * 60 * 60 * 1000;

const emulator = emulatorForEach();
const ask = askService(emulator, "microsoftGraph", {
  roles: ["Application.ReadWrite.All", "Policy.Read.ApplicationConfiguration"],
});
let application: { id: string; path: string };
beforeEach(async () => {
  const { id } = (await ask("POST", "/v1.0/applications", { displayName: "One" })).body as { id: string };
  application = { id, path: `/v1.0/applications/${id}` };
});

/** Sets the tenant's policies with the emulator's admin surface. */
const set = (credentialPolicies: object, tenant: string = emulator.seeds.partner.id): Promise<Answer> =>
  askAdmin(emulator)("POST", `tenants/${tenant}`, { credentialPolicies });

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

test("without any, the default policy is there, not enabled, and everything is allowed", async () => {
  expect((await ask("GET", "/v1.0/policies/defaultAppManagementPolicy")).body).toEqual({
    "@odata.context": `${emulator.origins.microsoftGraph}/v1.0/$metadata#policies/defaultAppManagementPolicy/$entity`,
    id: defaultId,
    displayName: "Default app management tenant policy",
    description: expect.stringContaining("enforces app management restrictions") as string,
    isEnabled: false,
    applicationRestrictions: { passwordCredentials: [], keyCredentials: [] },
    servicePrincipalRestrictions: { passwordCredentials: [], keyCredentials: [] },
  });
  expect((await ask("GET", "/v1.0/policies/appManagementPolicies")).body).toMatchObject({ value: [] });
  expect([(await addPassword(3650)).status, (await addKey(3650)).status]).toEqual([200, 204]);
});

test("a policy against client secrets: none is added, those that are there stay good, certificates are allowed", async () => {
  const { body } = await addPassword();
  const restriction = { restrictionType: "passwordAddition" };
  expect((await set({ default: { passwordCredentials: [restriction] } })).status).toBe(200);
  expect(refusal(await addPassword(1))).toEqual(forbidden);
  expect((await ask("GET", application.path)).body).toMatchObject({
    passwordCredentials: [{ keyId: (body as { keyId: string }).keyId }],
  });
  expect((await addKey(365)).status).toBe(204);
  expect((await ask("GET", "/v1.0/policies/defaultAppManagementPolicy")).body).toMatchObject({
    isEnabled: true,
    applicationRestrictions: {
      passwordCredentials: [
        { ...restriction, state: "enabled", maxLifetime: null, restrictForAppsCreatedAfterDateTime: null },
      ],
      keyCredentials: [],
    },
  });
});

test("a longest life, of a secret and of a certificate; who names no end asks for two years", async () => {
  const [passwords, keys] = ["passwordLifetime", "asymmetricKeyLifetime"].map((restrictionType) => [
    { restrictionType, maxLifetime: "P90D" },
  ]);
  await set({ default: { passwordCredentials: passwords, keyCredentials: keys } });
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
  await set({ default: { keyCredentials: [{ restrictionType: "trustedCertificateAuthority" }] } });
  expect(refusal(await addKey(30))).toEqual(forbidden);
  expect((await addPassword()).status).toBe(200);
});

test("a certificate that is there may stay in the list, whatever new ones may not", async () => {
  await addKey(365);
  const { keyCredentials } = (await ask("GET", application.path)).body as { keyCredentials: object[] };
  await set({ default: { keyCredentials: [{ restrictionType: "asymmetricKeyLifetime", maxLifetime: "P1D" }] } });
  expect((await ask("PATCH", application.path, { keyCredentials })).status).toBe(204);
});

test("a restriction that is disabled, or for later applications, forbids nothing", async () => {
  await set({
    default: {
      passwordCredentials: [
        { restrictionType: "passwordAddition", state: "disabled" },
        { restrictionType: "passwordLifetime", maxLifetime: "P1D", restrictForAppsCreatedAfterDateTime: inDays(1) },
      ],
    },
  });
  expect((await addPassword()).status).toBe(200);
});

test("what an application's own policy restricts takes the place of the tenant's, and is read where it applies", async () => {
  await set({
    default: { passwordCredentials: [{ restrictionType: "passwordLifetime", maxLifetime: "P1D" }] },
    own: [
      {
        appliesTo: [application.id],
        restrictions: { passwordCredentials: [{ restrictionType: "passwordLifetime", maxLifetime: "P30D" }] },
      },
    ],
  });
  expect((await addPassword(29)).status).toBe(200);
  const { value } = (await ask("GET", `${application.path}/appManagementPolicies`)).body as { value: { id: string }[] };
  const [{ id } = { id: "" }] = value;
  expect(refusal(await addPassword(31))).toEqual([400, tooLong[1], String(tooLong[2]).replace(defaultId, id)]);
  expect((await ask("GET", `/v1.0/policies/appManagementPolicies/${id}`)).body).toMatchObject({ ...value[0] });
  expect((await ask("GET", "/v1.0/policies/appManagementPolicies")).body).toMatchObject({ value });
});

test("of each restriction that an application's own policy leaves out, the tenant's holds", async () => {
  const lifetime = { restrictionType: "passwordLifetime", maxLifetime: "P30D" };
  const ofTenant = { passwordCredentials: [{ restrictionType: "passwordAddition" }, lifetime] };
  const own = (restrictions: object) => ({ default: ofTenant, own: [{ appliesTo: [application.id], restrictions }] });
  await set(own({}));
  expect(refusal(await addPassword(1))).toEqual(forbidden);
  const allowed = { restrictionType: "passwordAddition", state: "disabled" };
  await set(own({ passwordCredentials: [allowed] }));
  expect([(await addPassword(29)).status, refusal(await addPassword(31))]).toEqual([200, tooLong]);
  await set(own({ passwordCredentials: [allowed, { ...lifetime, maxLifetime: "P365D" }] }));
  expect((await addPassword(364)).status).toBe(200);
});

const attribute = { id: "PolicyExemptions_AppManagementExemption", operator: "equals", value: "Exempt" };
const excludeActors = { customSecurityAttributes: [attribute] };

test("who has the attributes that a restriction excludes is exempt; /beta alone shows them of a credential's", async () => {
  const none = { restrictionType: "passwordAddition", excludeActors };
  const ofTenant = { passwordCredentials: [none] };
  await set({ default: ofTenant, exempt: [randomUUID()] });
  expect(refusal(await addPassword(1))).toEqual(forbidden);
  const [shown, there] = await Promise.all(
    ["v1.0", "beta"].map((version) => ask("GET", `/${version}/policies/defaultAppManagementPolicy`)),
  );
  expect(shown?.body).not.toHaveProperty("applicationRestrictions.passwordCredentials[0].excludeActors");
  expect(there?.body).toMatchObject({ applicationRestrictions: { passwordCredentials: [{ excludeActors }] } });
  const exempted = askService(emulator, "microsoftGraph", { roles: ["Application.ReadWrite.All"], oid });
  await set({ default: ofTenant, exempt: [oid] });
  expect((await exempted("POST", `${application.path}/addPassword`, {})).status).toBe(200);
});

test.each<[string, object, number | undefined, number]>([
  ["is in the way of version 1", { nonDefaultUriAddition: {} }, undefined, 400],
  ["is in nobody's way with version 2", { nonDefaultUriAddition: {} }, 2, 201],
  ["that excludes no version 2", { nonDefaultUriAddition: { excludeAppsReceivingV2Tokens: false } }, 2, 400],
  [
    "that exempts the caller",
    { nonDefaultUriAddition: { excludeAppsReceivingV2Tokens: false, excludeActors } },
    2,
    201,
  ],
  ["that is disabled", { nonDefaultUriAddition: { state: "disabled", excludeAppsReceivingV2Tokens: false } }, 2, 201],
  [
    "of Microsoft's own, which asks for a verified domain alone",
    { uriAdditionWithoutUniqueTenantIdentifier: { isStateSetByMicrosoft: true, excludeAppsReceivingV2Tokens: false } },
    undefined,
    201,
  ],
])("a restriction of identifier URIs %s", async (_, identifierUris, requestedAccessTokenVersion, status) => {
  await set({ default: { identifierUris }, exempt: [oid] });
  const caller = askService(emulator, "microsoftGraph", {
    roles: ["Application.ReadWrite.All", "Policy.Read.All"],
    oid,
  });
  const answer = await caller("POST", "/v1.0/applications", {
    displayName: "Two",
    identifierUris: ["https://partner.example/two"],
    api: { requestedAccessTokenVersion },
  });
  expect(answer.status).toBe(status);
  const refused = "The newly added URI https://partner.example/two must comply with the format 'api://{appId}'";
  if (status === 400) expect(refusal(answer)[2]).toContain(refused);
  expect((await caller("GET", "/v1.0/policies/defaultAppManagementPolicy")).body).toMatchObject({
    applicationRestrictions: { identifierUris },
  });
});

test("policies take a permission of their own to read, and are not written here", async () => {
  const reader = askService(emulator, "microsoftGraph", { roles: ["Application.ReadWrite.All"] });
  for (const path of ["/v1.0/policies/defaultAppManagementPolicy", `${application.path}/appManagementPolicies`]) {
    expect((await reader("GET", path)).status).toBe(403);
  }
  expect((await ask("PATCH", "/v1.0/policies/defaultAppManagementPolicy", { isEnabled: true })).status).toBe(501);
});

test.each([
  [{ default: { passwordCredentials: [{ restrictionType: "asymmetricKeyLifetime" }] } }],
  [{ default: { passwordCredentials: [{ restrictionType: "passwordLifetime", maxLifetime: "3 months" }] } }],
  [{ other: {} }],
])("what is no policy is refused by the admin surface: %j", async (policies) => {
  expect((await set(policies)).status).toBe(400);
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
