import type { Emulator } from "../../emulator/emulator";
import { partnerTenant } from "../../testing/applications";
import { askAs, type Answer, type Ask } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const oob = "urn:ietf:wg:oauth:2.0:oob";

let emulator: Emulator;
let ask: Ask;

emulatorForEach(async (started) => {
  emulator = started;
  ask = await askAs(emulator, emulator.origins.microsoftGraph, {
    roles: ["Application.ReadWrite.All", "Directory.Read.All"],
  });
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
    oob,
    "http://localhost:8400/consent",
    "http://localhost:9000/consent",
    "http://localhost:9000/",
  ];
  const { id } = await create({ web: { redirectUris } });
  const { body } = await ask("GET", `/v1.0/applications/${id}`);
  expect(body).toMatchObject({
    web: { redirectUris: [oob, "http://localhost:8400/consent", "http://localhost:9000/"], homePageUrl: null },
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
