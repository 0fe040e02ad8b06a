/** Conditions of a new subscription that the emulator's administrator can set. */
import { readFileSync } from "node:fs";
import type { Emulator } from "../../emulator/emulator";
import { asking, type Ask } from "../../testing/callers";
import {
  askResourceManager,
  createVault,
  groupPath,
  subscriptionPath,
  vaultBody,
  vaultPath,
} from "../../testing/azure";
import { emulatorForEach } from "../../testing/emulator";

let emulator: Emulator;
let ask: Ask;

emulatorForEach(async (started) => {
  emulator = started;
  ask = await askResourceManager(emulator);
});

async function conditions(given: object): Promise<number> {
  const token = readFileSync(emulator.adminTokenFile, "utf8").trim();
  const admin = asking(emulator.url, `Bearer ${token}`);
  return (await admin("POST", `/_admin/subscriptions/${emulator.seeds.subscription.id}`, given)).status;
}
const codeOf = async (method: string, path: string, body?: object) => {
  const answer = await ask(method, path, body);
  return [answer.status, (answer.body as { error?: { code: string } } | undefined)?.error?.code];
};

test("conditions are those that there are", async () => {
  expect(await conditions({ groupDeletion: 1000 })).toBe(200);
  expect(await conditions({ unregistered: ["Microsoft.Compute"] })).toBe(400);
});

test("without registration every request to Key Vault is refused, reading too; registering it is not", async () => {
  await conditions({ unregistered: ["Microsoft.KeyVault"] });
  const provider = `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault`;
  const missing = [409, "MissingSubscriptionRegistration"];
  expect(await codeOf("GET", vaultPath(emulator))).toEqual(missing);
  expect(await codeOf("PUT", vaultPath(emulator), vaultBody(emulator))).toEqual(missing);
  expect(await codeOf("GET", `${provider}/locations/westeurope/deletedVaults/kv-model`)).toEqual(missing);
  expect(await ask("GET", provider)).toMatchObject({ body: { registrationState: "NotRegistered" } });
  expect(await ask("POST", `${provider}/register`)).toMatchObject({ body: { registrationState: "Registering" } });
  expect(await ask("GET", provider)).toMatchObject({ body: { registrationState: "Registered" } });
  expect(await createVault(emulator, ask)).toMatch(/^https:/u);
});

test("a policy refuses a vault that the public network reaches, or closes it", async () => {
  await ask("PUT", groupPath(emulator), { location: "westeurope" });
  await conditions({ publicAccessPolicy: "deny" });
  expect(await codeOf("PUT", vaultPath(emulator), vaultBody(emulator))).toEqual([403, "RequestDisallowedByPolicy"]);
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
  expect(await codeOf("PUT", groupPath(emulator), { location: "westeurope" })).toEqual([
    409,
    "ResourceGroupBeingDeleted",
  ]);
  emulator.clock.advance(60_000);
  expect((await ask("GET", location)).status).toBe(200);
  expect(await codeOf("GET", groupPath(emulator))).toEqual([404, "ResourceGroupNotFound"]);
});
