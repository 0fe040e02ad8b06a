import { partnerTenant } from "../../testing/applications";
import { askService } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const oob = "urn:ietf:wg:oauth:2.0:oob";

const emulator = emulatorForEach();
const ask = askService(emulator, "microsoftGraph", { roles: ["Application.ReadWrite.All", "Directory.Read.All"] });

async function create(properties: object = {}): Promise<{ id: string; appId: string }> {
  const { status, body } = await ask("POST", "/v1.0/applications", { displayName: "One", ...properties });
  expect(status).toBe(201);
  return body as { id: string; appId: string };
}

test("what is refused is not created", async () => {
  const before = partnerTenant(emulator).applications.size;
  expect((await ask("POST", "/v1.0/applications", { displayName: "x", flavour: "mint" })).status).toBe(400);
  expect(partnerTenant(emulator).applications.size).toBe(before);
});

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
