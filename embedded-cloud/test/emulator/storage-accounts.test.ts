/** Storage accounts, blob containers and a vault's keys: which requests Resource Manager accepts and refuses. */
import type { Emulator } from "../../emulator/emulator";
import { type Answer, type Ask, codeOf } from "../../testing/callers";
import { askResourceManager, createVault, groupPath, subscriptionPath, vaultPath } from "../../testing/azure";
import { emulatorForEach } from "../../testing/emulator";

const version = "?api-version=2024-01-01";
const least = { location: "westeurope", kind: "StorageV2", sku: { name: "Standard_LRS" } };

let emulator: Emulator;
let ask: Ask;

emulatorForEach(async (started) => {
  emulator = started;
  ask = await askResourceManager(emulator);
  await ask("PUT", groupPath(emulator), { location: "westeurope" });
});

const account = (name = "contosostate") => `${groupPath(emulator)}/providers/Microsoft.Storage/storageAccounts/${name}`;
const put = (body: object = {}, name?: string): Promise<Answer> =>
  ask("PUT", account(name) + version, { ...least, ...body });
test("what is not said is Azure's default; what is said is kept, and its name is taken everywhere", async () => {
  const { status, body } = await put({ properties: { allowSharedKeyAccess: false, minimumTlsVersion: "TLS1_2" } });
  expect([status, body]).toMatchObject([
    200,
    {
      sku: { name: "Standard_LRS", tier: "Standard" },
      properties: { minimumTlsVersion: "TLS1_2", allowSharedKeyAccess: false, supportsHttpsTrafficOnly: true },
    },
  ]);
  const names = `${subscriptionPath(emulator)}/providers/Microsoft.Storage/checkNameAvailability${version}`;
  const asked = async (name: string) =>
    (await ask("POST", names, { name, type: "Microsoft.Storage/storageAccounts" })).body;
  expect(await asked("contosostate")).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
  expect(await asked("Contoso-State")).toMatchObject({ nameAvailable: false, reason: "AccountNameInvalid" });
  expect(await asked("another")).toEqual({ nameAvailable: true });
});

test("a bad name, an unknown property, a region of another cloud, another place: refused", async () => {
  expect(codeOf(await put({}, "Contoso"))).toEqual([400, "AccountNameInvalid"]);
  expect(codeOf(await put({ properties: { allowEverything: true } }))).toEqual([400, "InvalidRequestContent"]);
  expect(codeOf(await put({ location: "usgovvirginia" }))).toEqual([400, "LocationNotAvailableForResourceType"]);
  await put();
  expect(codeOf(await put({ location: "northeurope" }))).toEqual([409, "InvalidResourceLocation"]);
  await ask("PUT", groupPath(emulator, "rg-other"), { location: "westeurope" });
  const elsewhere = `${groupPath(emulator, "rg-other")}/providers/Microsoft.Storage/storageAccounts/contosostate${version}`;
  expect(codeOf(await ask("PUT", elsewhere, least))).toEqual([409, "StorageAccountInAnotherResourceGroup"]);
});

test("a container has a name of its own kind, is never public where its account is not, and carries roles until it is deleted", async () => {
  await put();
  const container = (name: string) => `${account()}/blobServices/default/containers/${name}`;
  expect((await ask("PUT", container("pulumi") + version, {})).status).toBe(201);
  expect(codeOf(await ask("PUT", container("a--b") + version, {}))).toEqual([400, "ContainerOperationFailure"]);
  expect(codeOf(await ask("PUT", container("open") + version, { properties: { publicAccess: "Blob" } }))).toEqual([
    409,
    "PublicAccessNotPermitted",
  ]);
  const roles = (name: string) => ask("GET", `${container(name)}/providers/Microsoft.Authorization/roleAssignments`);
  expect([(await roles("pulumi")).status, codeOf(await roles("nobody"))]).toEqual([200, [404, "ContainerNotFound"]]);
  expect((await ask("DELETE", account() + version)).status).toBe(200);
  expect(codeOf(await ask("GET", container("pulumi") + version))).toEqual([404, "ResourceNotFound"]);
});

test("a key is made once, and comes back as it is; a hardware key needs the premium tier", async () => {
  await createVault(emulator, ask);
  const key = `${vaultPath(emulator)}/keys/pulumi`;
  const made = await ask("PUT", key, { properties: { kty: "RSA", keySize: 3072 } });
  expect(made).toMatchObject({ status: 200, body: { properties: { kty: "RSA", keySize: 3072 } } });
  expect((await ask("PUT", key, { properties: { kty: "RSA", keySize: 4096 } })).body).toEqual(made.body);
  expect(codeOf(await ask("PUT", `${key}2`, { properties: { kty: "RSA-HSM" } }))).toEqual([400, "BadRequest"]);
  expect(codeOf(await ask("PUT", `${key}2`, { properties: { kty: "EC", keySize: 2048 } }))).toEqual([
    400,
    "BadRequest",
  ]);
  expect(codeOf(await ask("GET", `${key}2`))).toEqual([404, "ResourceNotFound"]);
});
