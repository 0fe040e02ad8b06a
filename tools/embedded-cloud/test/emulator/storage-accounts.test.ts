/** Storage accounts, blob containers and a vault's keys. What is refused: tools/embedded-cloud/test/refusals. */
import { codeOf } from "../../testing/callers";
import { createVault, groupPath, resourceManagerOf, subscriptionPath, vaultPath } from "../../testing/azure";
import { emulatorForEach } from "../../testing/emulator";

const least = { location: "westeurope", kind: "StorageV2", sku: { name: "Standard_LRS" } };

const emulator = emulatorForEach();
const ask = resourceManagerOf(emulator);
beforeEach(() => ask("PUT", groupPath(emulator), { location: "westeurope" }));

const account = () => `${groupPath(emulator)}/providers/Microsoft.Storage/storageAccounts/contosostate`;
const put = (body: object = {}) => ask("PUT", account(), { ...least, ...body });

test("what is not said is Azure's default; what is said is kept, and its name is taken everywhere", async () => {
  const { status, body } = await put({ properties: { allowSharedKeyAccess: false, minimumTlsVersion: "TLS1_2" } });
  expect([status, body]).toMatchObject([
    200,
    {
      sku: { name: "Standard_LRS", tier: "Standard" },
      properties: { minimumTlsVersion: "TLS1_2", allowSharedKeyAccess: false, supportsHttpsTrafficOnly: true },
    },
  ]);
  const names = `${subscriptionPath(emulator)}/providers/Microsoft.Storage/checkNameAvailability`;
  const asked = async (name: string) =>
    (await ask("POST", names, { name, type: "Microsoft.Storage/storageAccounts" })).body;
  expect(await asked("contosostate")).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
  expect(await asked("Contoso-State")).toMatchObject({ nameAvailable: false, reason: "AccountNameInvalid" });
  expect(await asked("another")).toEqual({ nameAvailable: true });
});

test("a container carries roles until its account is deleted", async () => {
  await put();
  const container = (name: string) => `${account()}/blobServices/default/containers/${name}`;
  expect((await ask("PUT", container("pulumi"), {})).status).toBe(201);
  const roles = (name: string) => ask("GET", `${container(name)}/providers/Microsoft.Authorization/roleAssignments`);
  expect([(await roles("pulumi")).status, codeOf(await roles("nobody"))]).toEqual([200, [404, "ContainerNotFound"]]);
  expect((await ask("DELETE", account())).status).toBe(200);
  expect(codeOf(await ask("GET", container("pulumi")))).toEqual([404, "ResourceNotFound"]);
});

test("a deleted container is listed as such for as long as its account keeps it, and is not there", async () => {
  await put();
  const service = `${account()}/blobServices/default`;
  await ask("PUT", `${service}/containers/unkept`, {});
  expect((await ask("DELETE", `${service}/containers/unkept`)).status).toBe(200);
  await ask("PUT", service, { properties: { containerDeleteRetentionPolicy: { enabled: true, days: 30 } } });
  for (const name of ["kept", "pulumi"]) await ask("PUT", `${service}/containers/${name}`, {});
  const statuses = [
    await ask("DELETE", `${service}/containers/pulumi`),
    await ask("DELETE", `${service}/containers/pulumi`),
  ];
  expect(statuses.map(({ status }) => status)).toEqual([200, 204]);
  expect(codeOf(await ask("GET", `${service}/containers/pulumi`))).toEqual([404, "ContainerNotFound"]);
  const listed = async (query: string) =>
    ((await ask("GET", `${service}/containers${query}`)).body as { value: { name: string; properties: object }[] })
      .value;
  expect((await listed("")).map(({ name }) => name)).toEqual(["kept"]);
  const deleted = { deleted: true, remainingRetentionDays: 30, version: expect.any(String) as string };
  expect(await listed("?$include=deleted")).toMatchObject([{ name: "kept" }, { name: "pulumi", properties: deleted }]);
});

test("a key is made once, and comes back as it is", async () => {
  await createVault(emulator, ask);
  const key = `${vaultPath(emulator)}/keys/pulumi`;
  const made = await ask("PUT", key, { properties: { kty: "RSA", keySize: 3072 } });
  expect(made).toMatchObject({ status: 200, body: { properties: { kty: "RSA", keySize: 3072 } } });
  expect((await ask("PUT", key, { properties: { kty: "RSA", keySize: 4096 } })).body).toEqual(made.body);
  expect(codeOf(await ask("GET", `${key}2`))).toEqual([404, "ResourceNotFound"]);
});
