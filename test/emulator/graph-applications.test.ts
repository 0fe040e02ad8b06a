import type { Emulator } from "../../local/emulator/emulator";
import { secretHash } from "../../local/emulator/secret-hash";
import { partnerTenant } from "./support/applications";
import { askAs, type Answer, type Ask } from "./support/callers";
import { startEmulator } from "./support/emulator";
import { askForToken, refusal as refusedToken } from "./support/oauth";

const OOB = "urn:ietf:wg:oauth:2.0:oob";

let emulator: Emulator;
let ask: Ask;

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(async () => {
  emulator.reset();
  ask = await askAs(emulator, emulator.origins.microsoftGraph, {
    roles: ["Application.ReadWrite.All", "Directory.Read.All"],
  });
});

afterAll(async () => {
  await emulator.close();
});

interface Created {
  id: string;
  appId: string;
}

async function create(properties: object = {}): Promise<Created> {
  const { status, body } = await ask("POST", "/v1.0/applications", { displayName: "One", ...properties });
  expect(status).toBe(201);
  return body as Created;
}

const refusal = ({ status, body }: Answer): object => {
  const { error } = body as { error: { code: string; message: string } };
  return { status, code: error.code, message: error.message };
};

test("a redirect URI: the out-of-band URN is taken, loopback ones that differ only in port collapse", async () => {
  const redirectUris = [
    OOB,
    "http://localhost:8400/consent",
    "http://localhost:9000/consent",
    "http://localhost:9000/",
  ];
  const { id } = await create({ web: { redirectUris } });
  const { body } = await ask("GET", `/v1.0/applications/${id}`);
  expect(body).toMatchObject({
    web: { redirectUris: [OOB, "http://localhost:8400/consent", "http://localhost:9000/"], homePageUrl: null },
  });
});

test.each([
  ["no name", {}, "A value is required for property 'displayName' of resource 'Application'."],
  ["an empty name", { displayName: "" }, invalid("displayName")],
  ["a name over 256 characters", { displayName: "x".repeat(257) }, invalid("displayName")],
  ["an audience there is not", { displayName: "x", signInAudience: "Everybody" }, invalid("signInAudience")],
  ["a relative redirect URI", { displayName: "x", web: { redirectUris: ["/consent"] } }, invalid("web")],
  [
    "more than 256 redirect URIs",
    { displayName: "x", web: { redirectUris: Array.from({ length: 257 }, (_, n) => `https://a.example/${n}`) } },
    invalid("redirectUris"),
  ],
  [
    "one resource twice",
    {
      displayName: "x",
      requiredResourceAccess: [1, 2].map(() => ({
        resourceAppId: "00000003-0000-0000-c000-000000000000",
        resourceAccess: [],
      })),
    },
    invalid("requiredResourceAccess"),
  ],
  ["a property there is not", { displayName: "x", flavour: "mint" }, "Invalid property 'flavour'."],
  [
    "a password without addPassword",
    { displayName: "x", passwordCredentials: [{ displayName: "mine" }] },
    "New password credentials must be generated with service actions.",
  ],
])("an application with %s is refused, and not created", async (_, properties, message) => {
  const before = partnerTenant(emulator).applications.size;
  expect(refusal(await ask("POST", "/v1.0/applications", properties))).toEqual({
    status: 400,
    code: "Request_BadRequest",
    message,
  });
  expect(partnerTenant(emulator).applications.size).toBe(before);
});

function invalid(property: string): string {
  return `Invalid value specified for property '${property}' of resource 'Application'.`;
}

test("identifier URIs: on the verified domain, a subdomain, or api:// with the client or tenant id", async () => {
  const { id, appId } = await create();
  const identifierUris = [
    "https://partner.example/one",
    "https://sub.partner.example/one",
    `api://${appId}`,
    `api://${emulator.seeds.partner.id}/${appId}`,
  ];
  expect((await ask("PATCH", `/v1.0/applications/${id}`, { identifierUris })).status).toBe(204);
  expect((await ask("GET", `/v1.0/applications/${id}`)).body).toMatchObject({ identifierUris });
});

test.each(["https://elsewhere.example/one", "https://notpartner.example/one", "api://one", "one"])(
  "the identifier URI %s is refused",
  async (uri) => {
    const { id } = await create();
    const answer = await ask("PATCH", `/v1.0/applications/${id}`, { identifierUris: [uri] });
    const message = `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${uri}'`;
    expect(refusal(answer)).toEqual({ status: 400, code: "HostNameNotOnVerifiedDomain", message });
  },
);

test("an identifier URI belongs to one application of the tenant", async () => {
  await create({ identifierUris: ["https://partner.example/one"] });
  const answer = await ask("POST", "/v1.0/applications", {
    displayName: "Two",
    identifierUris: ["https://partner.example/one"],
  });
  expect(refusal(answer)).toEqual({
    status: 400,
    code: "Request_BadRequest",
    message: "Another object with the same value for property identifierUris already exists.",
  });
});

test("required resources come back as a set, the permissions of each in the order given", async () => {
  const entries = ["00000002-0000-0000-c000-000000000000", "00000003-0000-0000-c000-000000000000"].map(
    (resourceAppId) => ({
      resourceAppId,
      resourceAccess: [
        { id: "a42657d6-7f20-40e3-b6f0-cee03008a62a", type: "Scope" },
        { id: "5778995a-e1bf-45b8-affa-663a9f3f4d04", type: "Role" },
      ],
    }),
  );
  const { id } = await create({ requiredResourceAccess: entries });
  const read = async () =>
    ((await ask("GET", `/v1.0/applications/${id}`)).body as { requiredResourceAccess: object[] })
      .requiredResourceAccess;
  const first = await read();
  expect(first).toHaveLength(2);
  expect(first).toEqual(expect.arrayContaining(entries));
  await ask("PATCH", `/v1.0/applications/${id}`, { requiredResourceAccess: entries.toReversed() });
  expect(await read()).toEqual(first);
});

test("a change of one property leaves the others, passwords included; other passwords cannot be slipped in", async () => {
  const { id } = await create({ notes: "kept" });
  await ask("POST", `/v1.0/applications/${id}/addPassword`, {});
  await ask("PATCH", `/v1.0/applications/${id}`, { id, web: { logoutUrl: "https://partner.example/out" } });
  const { body } = await ask("GET", `/v1.0/applications/${id}`);
  expect(body).toMatchObject({
    notes: "kept",
    passwordCredentials: [{ secretText: null }],
    web: { logoutUrl: "https://partner.example/out", redirectUris: [] },
  });
  const emptied = await ask("PATCH", `/v1.0/applications/${id}`, { passwordCredentials: [] });
  expect(emptied.status).toBe(204);
  expect(partnerTenant(emulator).applications.get(id)?.passwordCredentials).toEqual([]);
});

test("a password is shown once, kept as a hash, and gone after removePassword", async () => {
  const { id } = await create();
  const { body } = await ask("POST", `/v1.0/applications/${id}/addPassword`, {
    passwordCredential: { displayName: "deploy", endDateTime: "2099-01-01T00:00:00Z" },
  });
  const { keyId, secretText, ...shown } = body as { keyId: string; secretText: string };
  expect(secretText).toMatch(/^[0-9a-f]{3}8Q~[\w.~]{34}$/);
  expect(shown).toMatchObject({
    customKeyIdentifier: null,
    displayName: "deploy",
    hint: secretText.slice(0, 3),
    endDateTime: "2099-01-01T00:00:00Z",
  });
  expect(partnerTenant(emulator).applications.get(id)?.passwordCredentials).toMatchObject([
    { secretHash: secretHash(secretText) },
  ]);
  const { body: read } = await ask("GET", `/v1.0/applications/${id}`);
  expect(JSON.stringify(read)).not.toContain(secretText);
  expect(JSON.stringify(read)).not.toContain("secretHash");
  const removals = [1, 2].map(() => ask("POST", `/v1.0/applications/${id}/removePassword`, { keyId }));
  expect((await Promise.all(removals)).map(({ status }) => status).toSorted()).toEqual([204, 400]);
});

test("the token endpoint takes a password until it is removed, and none of a deleted application", async () => {
  const { id, appId } = await create();
  await ask("POST", "/v1.0/servicePrincipals", { appId });
  const added = [1, 2].map(async () => (await ask("POST", `/v1.0/applications/${id}/addPassword`, {})).body);
  const [first, second] = (await Promise.all(added)) as { keyId: string; secretText: string }[];
  const redeem = (secret = "") =>
    askForToken(emulator, {
      grant_type: "client_credentials",
      client_id: appId,
      client_secret: secret,
      scope: `${emulator.origins.microsoftGraph}/.default`,
    });
  expect((await redeem(first?.secretText)).status).toBe(200);
  await ask("POST", `/v1.0/applications/${id}/removePassword`, { keyId: first?.keyId });
  expect(refusedToken(await redeem(first?.secretText))).toEqual([401, "invalid_client", [7000215]]);
  expect((await redeem(second?.secretText)).status).toBe(200);
  await ask("DELETE", `/v1.0/applications/${id}`);
  expect(refusedToken(await redeem(second?.secretText))).toEqual([400, "unauthorized_client", [700016]]);
});

test("a password lasts two years unless the request says otherwise, and never ends before it starts", async () => {
  const { id } = await create();
  const { body } = await ask("POST", `/v1.0/applications/${id}/addPassword`, {
    passwordCredential: { startDateTime: "2030-02-03T04:05:06Z" },
  });
  expect(body).toMatchObject({ endDateTime: "2032-02-03T04:05:06Z" });
  const answer = await ask("POST", `/v1.0/applications/${id}/addPassword`, {
    passwordCredential: { endDateTime: "2001-01-01T00:00:00Z" },
  });
  expect(answer.status).toBe(400);
});

test("federated credentials: one a name, exactly one audience", async () => {
  const { id } = await create();
  const credentials = `/v1.0/applications/${id}/federatedIdentityCredentials`;
  const credential = {
    name: "ci",
    issuer: "https://ci.example",
    subject: "main",
    audiences: ["api://AzureADTokenExchange"],
  };
  const { body } = await ask("POST", credentials, credential);
  expect(body).toMatchObject({ ...credential, description: null });
  expect((await ask("POST", credentials, credential)).status).toBe(400);
  expect((await ask("POST", credentials, { ...credential, name: "other", audiences: [] })).status).toBe(400);
  expect((await ask("GET", credentials)).body).toMatchObject({ value: [credential] });
});
