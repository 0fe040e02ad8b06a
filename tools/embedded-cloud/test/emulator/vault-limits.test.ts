/** The rate limits of a vault, and a large number of tokens in one. */
import { registerApplication } from "../../testing/applications";
import { vaultForEach, vaultName } from "../../testing/azure";
import { askAdmin } from "../../testing/callers";
import { clientPolicy } from "../../testing/certificates";
import { emulatorForEach, stopClock } from "../../testing/emulator";
import { vaultClient } from "../../testing/vault-client";

// What counts are ten seconds, however long the requests take.
const emulator = emulatorForEach(stopClock);
const vault = vaultForEach(emulator);
const { ask } = vault;
afterEach(() => jest.restoreAllMocks());

const get = async () => (await ask("GET", "/secrets/a")).status;
const put = async () => (await ask("PUT", "/secrets/a", { value: "one" })).status;
const administer = (path: string, given: object) => askAdmin(emulator)("POST", `vaults/${path}`, given);
const times = async (count: number, request: () => Promise<number>) => {
  const statuses: number[] = [];
  for (let each = 0; each < count; each++) statuses.push(await request());
  return statuses;
};

test("a key takes as many requests in ten seconds as it may, and few are created", async () => {
  const limits = { transactions: 4000, creates: 300, keys: 16, keyCreates: 2 };
  expect((await administer(vaultName, { keys: 16, keyCreates: 2 })).body).toEqual(limits);
  const create = async (name: string) =>
    (await ask("POST", `/certificates/${name}/create`, { policy: clientPolicy })).status;
  expect([await create("one"), await create("two"), await create("three")]).toEqual([202, 202, 429]);
  emulator.clock.advance(10_001);
  const sign = async () => (await ask("POST", `/keys/one/${"0".repeat(32)}/sign`, {})).status;
  expect(await times(17, sign)).toEqual([...Array.from({ length: 16 }, () => 404), 429]);
  expect(await get()).toBe(404);
});

test("one too many in ten seconds is refused, without a time to wait, and does not count", async () => {
  expect((await administer(vaultName, { transactions: 4, creates: 2 })).body).toMatchObject({
    transactions: 4,
    creates: 2,
  });
  expect(await times(4, put)).toEqual([200, 200, 429, 429]);
  emulator.clock.advance(6000);
  expect(await times(3, get)).toEqual([200, 200, 429]);
  const { headers, body } = await ask("GET", "/secrets/a");
  expect([headers.get("retry-after"), body]).toEqual([
    null,
    {
      error: {
        code: "Throttled",
        message:
          "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached",
      },
    },
  ]);
  // The first two are ten seconds old, the last two are not.
  emulator.clock.advance(4001);
  expect(await times(3, get)).toEqual([200, 200, 429]);
});

test("unless told otherwise a vault takes what Key Vault documents: 300 versions in ten seconds", async () => {
  const statuses = await times(301, put);
  expect([statuses.filter((status) => status === 200).length, statuses.at(-1)]).toEqual([300, 429]);
});

test("limits are numbers of a vault that there is", async () => {
  expect((await administer("nowhere", { creates: 2 })).status).toBe(404);
  expect((await administer(vaultName, { creates: 0 })).status).toBe(400);
  expect((await administer(vaultName, { reads: 1 })).status).toBe(400);
});

test("3,000 tokens are there at once, each with its partner's tags, and are listed 25 a page", async () => {
  const { clientId: application } = registerApplication(emulator);
  const tags = { tenant: "{tenant}", account: "{account}", "account-name": "{accountName}", at: "{created}", x: "{x}" };
  const given = { count: 3000, application, age: 3600, tags };
  expect((await administer(`${vaultName}/partners`, given)).body).toEqual({ secrets: 3000 });
  const pages: number[] = [];
  let first: unknown;
  for await (const page of vaultClient(emulator, vault.origin).listPropertiesOfSecrets().byPage()) {
    first ??= page[0];
    pages.push(page.length);
  }
  expect([pages.length, new Set(pages)]).toEqual([120, new Set([25])]);
  const tenant = "70000000-0000-4000-8000-000000000001";
  expect(first).toMatchObject({
    name: `refresh-token-${tenant}`,
    tags: {
      tenant,
      account: "70000000-0000-4000-9000-000000000001",
      "account-name": "svc-partner@partner-1.example",
      at: (first as { createdOn: Date }).createdOn.toISOString(),
      x: "{x}",
    },
  });
  expect((await administer(`${vaultName}/partners`, { ...given, application: "nobody's" })).status).toBe(400);
  const shown = await (await fetch(`${emulator.url}/`)).text();
  expect(shown).toMatch(/<summary>Vault kv-model at \S+ <[^>]*>\(50 of 3,000\)/u);
  expect(shown.length).toBeLessThan(200_000);
});

test("of hundreds of tenants five have a section", async () => {
  const { clientId: application } = registerApplication(emulator);
  const given = { count: 300, application, age: 0, redeemable: true, tags: { tenant: "{tenant}" } };
  expect((await administer(`${vaultName}/partners`, given)).status).toBe(201);
  const headings = (await (await fetch(`${emulator.url}/`)).text()).match(/(?<=<h2>)[^<]+/gu);
  expect([headings?.length, headings?.at(-1)]).toEqual([7, "Last requests"]);
});
