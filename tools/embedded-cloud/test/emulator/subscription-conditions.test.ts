/** Conditions of a new subscription that the emulator's administrator can set. */
import { askAdmin, codeOf } from "../../testing/callers";
import { createVault, groupPath, resourceManagerOf, subscriptionPath, vaultBody, vaultPath } from "../../testing/azure";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();
const ask = resourceManagerOf(emulator);
const conditions = async (given: object) =>
  (await askAdmin(emulator)("POST", `subscriptions/${emulator.seeds.subscription.id}`, given)).status;

test("conditions are those that there are", async () => {
  expect(await conditions({ groupDeletion: 1000 })).toBe(200);
  expect(await conditions({ unregistered: ["Microsoft.Compute"] })).toBe(400);
});

test("without registration every request to Key Vault is refused, reading too; registering it is not", async () => {
  await conditions({ unregistered: ["Microsoft.KeyVault"] });
  const provider = `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault`;
  const missing = [409, "MissingSubscriptionRegistration"];
  expect(codeOf(await ask("GET", vaultPath(emulator)))).toEqual(missing);
  expect(codeOf(await ask("PUT", vaultPath(emulator), vaultBody(emulator)))).toEqual(missing);
  expect(codeOf(await ask("GET", `${provider}/locations/westeurope/deletedVaults/kv-model`))).toEqual(missing);
  expect(await ask("GET", provider)).toMatchObject({ body: { registrationState: "NotRegistered" } });
  expect(await ask("POST", `${provider}/register`)).toMatchObject({ body: { registrationState: "Registering" } });
  expect(await ask("GET", provider)).toMatchObject({ body: { registrationState: "Registered" } });
  expect(await createVault(emulator, ask)).toMatch(/^https:/u);
});

test("a policy refuses a vault that the public network reaches, or closes it", async () => {
  await ask("PUT", groupPath(emulator), { location: "westeurope" });
  await conditions({ publicAccessPolicy: "deny" });
  expect(codeOf(await ask("PUT", vaultPath(emulator), vaultBody(emulator)))).toEqual([
    403,
    "RequestDisallowedByPolicy",
  ]);
  expect((await ask("PUT", vaultPath(emulator), vaultBody(emulator, { publicNetworkAccess: "disabled" }))).status).toBe(
    200,
  );
  await conditions({ publicAccessPolicy: "modify" });
  expect(await ask("PUT", vaultPath(emulator), vaultBody(emulator))).toMatchObject({
    body: { properties: { publicNetworkAccess: "Disabled" } },
  });
});

test("a resource group that is being deleted answers until it is gone, and takes nothing any more", async () => {
  await createVault(emulator, ask);
  await conditions({ groupDeletion: 60_000 });
  const { status, headers } = await ask("DELETE", groupPath(emulator));
  const poll = new URL(headers.get("location") ?? "");
  const location = `${poll.pathname}${poll.search}`;
  expect([status, (await ask("GET", location)).status]).toEqual([202, 202]);
  expect(await ask("GET", groupPath(emulator))).toMatchObject({
    body: { properties: { provisioningState: "Deleting" } },
  });
  expect(codeOf(await ask("PUT", groupPath(emulator), { location: "westeurope" }))).toEqual([
    409,
    "ResourceGroupBeingDeleted",
  ]);
  emulator.clock.advance(60_000);
  expect((await ask("GET", location)).status).toBe(200);
  expect(codeOf(await ask("GET", groupPath(emulator)))).toEqual([404, "ResourceGroupNotFound"]);
});

test("a lock refuses to delete the vault, what lies below it, and its group, and nothing else", async () => {
  await createVault(emulator, ask);
  const vault = vaultPath(emulator);
  await conditions({ locked: [vault] });
  const role = `${vault}/providers/Microsoft.Authorization/roleAssignments/11111111-2222-4333-8444-555555555555`;
  for (const path of [
    vault,
    vault.toUpperCase().replace(/^.SUBSCRIPTIONS/u, "/subscriptions"),
    role,
    groupPath(emulator),
  ])
    expect(codeOf(await ask("DELETE", path))).toEqual([409, "ScopeLocked"]);
  expect((await ask("GET", vault)).status).toBe(200);
  await conditions({});
  expect((await ask("DELETE", groupPath(emulator))).status).toBeLessThan(300);
});
