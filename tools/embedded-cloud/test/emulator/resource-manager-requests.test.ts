/** Versions, filters and tokens of Resource Manager's requests. Other refusals: tools/embedded-cloud/test/refusals. */
import {
  createVault,
  groupPath,
  resourceManagerOf,
  roleIds,
  subscriptionPath,
  vaultBody,
  vaultPath,
} from "../../testing/azure";
import { asking, codeOf, refusal, tokenFor } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();
const ask = resourceManagerOf(emulator);
beforeEach(async () => {
  await createVault(emulator, ask);
  for (const name of ["kv-second", "kv-third"]) await ask("PUT", vaultPath(emulator, name), vaultBody(emulator));
  await ask("PUT", `${vaultPath(emulator)}/secrets/one`, { properties: { value: "x" } });
});

const paths = {
  group: () => groupPath(emulator),
  resources: () => `${subscriptionPath(emulator)}/resources`,
  allVaults: () => `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault/vaults`,
  vault: () => vaultPath(emulator),
  secret: () => `${vaultPath(emulator)}/secrets/one`,
  deletedVaults: () => `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault/deletedVaults`,
  assignments: () => `${vaultPath(emulator)}/providers/Microsoft.Authorization/roleAssignments`,
  definitions: () => `${subscriptionPath(emulator)}/providers/Microsoft.Authorization/roleDefinitions`,
};
type Path = keyof typeof paths;

describe("api-version", () => {
  const status = async (path: Path, version: string) =>
    (await ask("GET", `${paths[path]()}?api-version=${version}`)).status;
  /** Whatever the date of the machine. */
  const dayIs = (day: string) => {
    emulator.clock.advance(Date.parse(day) - emulator.clock.now());
  };

  test("each type has versions of its own", async () => {
    expect(await status("group", "2023-02-01")).toBe(400);
    expect(await status("assignments", "2024-11-01")).toBe(404);
    expect(await status("assignments", "2022-04-01")).toBe(200);
    expect(await status("resources", "2015-11-01")).toBe(200);
    expect(await status("vault", "2026-02-01")).toBe(200);
  });

  test("from 2027-02-27 on no version of Key Vault before 2026-02-01 is served, to no request", async () => {
    const former = ["vault", "allVaults", "secret", "deletedVaults"] as const;
    const answers = async () => await Promise.all(former.map((path) => status(path, "2024-11-01")));
    dayIs("2027-02-26");
    expect(await answers()).toEqual([200, 200, 200, 200]);
    dayIs("2027-02-27");
    expect(await answers()).toEqual([400, 404, 400, 404]);
    expect(refusal(await ask("GET", `${paths.vault()}?api-version=2024-11-01`))).toEqual([
      ...[400, "NoRegisteredProviderFound"],
      expect.stringMatching(
        /^No registered resource provider found for location 'westeurope' and API version '2024-11-01' for type 'vaults'\. The supported api-versions are '2026-02-01, /u,
      ),
    ]);
    expect(await status("vault", "2026-02-01")).toBe(200);
  });

  test("a newer stable version of a provider is served as the newest known one, and the log has a line on it; one of the future is not", async () => {
    dayIs("2026-11-28");
    expect(await status("vault", "2026-05-15")).toBe(200);
    expect(await status("vault", "2026-06-15")).toBe(200);
    expect(emulator.requests.entries().at(-1)?.note).toBe(
      "api-version 2026-06-15 is newer than what is known here: served as 2026-05-15",
    );
    expect(await status("vault", "2026-11-29")).toBe(400);
    expect(await status("vault", "2026-06-15-preview")).toBe(400);
    // No day of the calendar.
    expect(await status("vault", "2026-06-31")).toBe(400);
  });
});

describe("filters", () => {
  test.each<[Path, string, string[]]>([
    ["resources", "resourceType eq 'Microsoft.KeyVault/vaults'", ["kv-model", "kv-second", "kv-third"]],
    ["resources", "resourceType eq 'Microsoft.Compute/virtualMachines'", []],
    ["definitions", "roleName eq 'Key Vault Reader'", [roleIds.vaultReader]],
    ["assignments", "principalId eq '11111111-2222-4333-8444-555555555555'", []],
  ])("%s with %s", async (path, filter, names) => {
    const { status, body } = await ask("GET", `${paths[path]()}?$filter=${encodeURIComponent(filter)}`);
    expect(status).toBe(200);
    expect((body as { value: { name: string }[] }).value.map(({ name }) => name)).toEqual(names);
  });
});

test("the caller's tenant, and the regions of a subscription, as az asks for them", async () => {
  const { id, domains, displayName } = emulator.seeds.partner;
  const tenant = { id: `/tenants/${id}`, tenantId: id, displayName, domains: [...domains], tenantCategory: "Home" };
  expect((await ask("GET", "/tenants?api-version=2022-12-01")).body).toMatchObject({ value: [tenant] });
  const path = `${subscriptionPath(emulator)}/locations`;
  const { value } = (await ask("GET", `${path}?api-version=2022-12-01`)).body as { value: { name: string }[] };
  expect(value.find(({ name }) => name === "westeurope")).toMatchObject({
    id: `${path}/westeurope`,
    type: "Region",
    displayName: "West Europe",
    regionalDisplayName: "West Europe",
  });
  const nobody = resourceManagerOf(emulator, { oid: emulator.seeds.users.otherAccount.id });
  expect((await nobody("GET", `${path}?api-version=2022-12-01`)).status).toBe(403);
});

test("the resources of a subscription, as every SDK asks for its vaults, and az keyvault show --name with them", async () => {
  const query = "$filter=resourceType%20eq%20%27Microsoft.KeyVault%2Fvaults%27&api-version=2015-11-01";
  const { body } = await ask("GET", `${paths.resources()}?${query}`);
  const { value } = body as { value: { id: string; name: string }[] };
  expect(value[0]).toEqual({
    id: vaultPath(emulator),
    name: "kv-model",
    type: "Microsoft.KeyVault/vaults",
    location: "westeurope",
    tags: {},
  });
  const { id = "" } = value.find(({ name }) => name === "kv-second") ?? {};
  expect((await ask("GET", `${id}?api-version=2026-02-01`)).body).toMatchObject({ name: "kv-second" });
  const nobody = resourceManagerOf(emulator, { oid: emulator.seeds.users.otherAccount.id });
  expect((await nobody("GET", `${paths.resources()}?${query}`)).body).toEqual({ value: [] });
});

describe("the cloud's endpoints, for who knows Resource Manager alone", () => {
  test("are those that the authority tells, without a token", async () => {
    const path = "/metadata/endpoints?api-version=2022-09-01";
    const told = await asking(emulator.origins.resourceManager)("GET", path);
    expect(told).toMatchObject({ status: 200, body: { resourceManager: emulator.origins.resourceManager } });
    expect(told.body).toEqual((await asking(emulator.origins.authority)("GET", path)).body);
  });

  test.each([
    ["", 400, "MissingApiVersionParameter"],
    ["?api-version=2019-05-01", 501, "NotImplemented"],
    ["?api-version=2022-09-01&flavour=mint", 501, "NotImplemented"],
  ])("%s: %i", async (query, status, code) => {
    const answer = await asking(emulator.origins.resourceManager)("GET", `/metadata/endpoints${query}`);
    expect(codeOf(answer)).toEqual([status, code]);
  });
});

describe("tokens", () => {
  const told = async (path: string, authorization?: string) => {
    const asker = asking(emulator.origins.resourceManager, authorization);
    const answer = await asker("GET", `${path}?api-version=2022-12-01`);
    return [...refusal(answer), answer.headers.get("www-authenticate")];
  };

  test("the challenge names the subscription's tenant", async () => {
    const uri = (tenant: string) => `Bearer authorization_uri="${emulator.origins.authority}/${tenant}"`;
    const missing = "Authentication failed. The 'Authorization' header is missing.";
    const error = `error="invalid_token", error_description="${missing}"`;
    const { id } = emulator.seeds.partner;
    const answer = [401, "AuthenticationFailed", missing];
    expect(await told("/subscriptions")).toEqual([...answer, `${uri("common")}, ${error}`]);
    expect(await told(subscriptionPath(emulator))).toEqual([...answer, `${uri(id)}, ${error}`]);
  });

  test("one that has ended is said to have, and when; one that is none is not valid", async () => {
    const ended = await tokenFor(emulator, emulator.origins.resourceManager, {}, -1);
    const time = String.raw`'\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d [AP]M'`;
    const message = RegExp(
      `^The access token expiry UTC time ${time} is earlier than current UTC time ${time}\\.$`,
      "u",
    );
    expect(await told("/subscriptions", `Bearer ${ended}`)).toEqual([
      ...[401, "ExpiredAuthenticationToken"],
      expect.stringMatching(message),
      expect.stringMatching(/error="invalid_token", error_description="The access token has expired\."$/u),
    ]);
    for (const token of ["x.y.z", await tokenFor(emulator, emulator.origins.microsoftGraph)]) {
      const answer = (await told("/subscriptions", `Bearer ${token}`)).slice(0, 2);
      expect(answer).toEqual([401, "InvalidAuthenticationToken"]);
    }
  });
});
