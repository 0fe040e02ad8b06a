import {
  assign,
  createVault,
  groupPath,
  resourceManagerOf,
  roleIds,
  subscriptionPath,
  vaultPath,
} from "../../testing/azure";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();
const ask = resourceManagerOf(emulator);

test("the subscription", async () => {
  const { id, displayName } = emulator.seeds.subscription;
  const subscription = { id: `/subscriptions/${id}`, subscriptionId: id, displayName, state: "Enabled" };
  expect(await ask("GET", subscriptionPath(emulator))).toMatchObject({ status: 200, body: subscription });
  expect((await ask("GET", "/subscriptions")).body).toMatchObject({ value: [subscription] });
  expect(await ask("GET", `/subscriptions/${emulator.seeds.partner.id}/resourceGroups`)).toMatchObject({
    status: 404,
    body: { error: { code: "SubscriptionNotFound" } },
  });
});

test("a resource group: created, found in any spelling, updated, listed, deleted", async () => {
  const path = groupPath(emulator);
  expect((await ask("HEAD", path)).status).toBe(404);
  const created = await ask("PUT", path, { location: "West Europe", tags: { stage: "dev" } });
  const group = {
    id: path,
    name: "rg-model",
    type: "Microsoft.Resources/resourceGroups",
    location: "westeurope",
    tags: { stage: "dev" },
    properties: { provisioningState: "Succeeded" },
  };
  expect(created).toMatchObject({ status: 201, body: group });
  expect((await ask("HEAD", path)).status).toBe(204);
  expect((await ask("GET", path.replace("resourceGroups/rg", "resourcegroups/RG"))).body).toEqual(group);
  expect((await ask("PUT", path, { location: "westeurope" })).status).toBe(200);
  expect((await ask("GET", `${subscriptionPath(emulator)}/resourceGroups`)).body).toEqual({
    value: [{ ...group, tags: {} }],
  });
  const deletion = await ask("DELETE", path);
  expect(deletion.status).toBe(202);
  const location = new URL(deletion.headers.get("location") ?? "");
  expect((await ask("GET", `${location.pathname}${location.search}`)).status).toBe(200);
  expect(await ask("GET", path)).toMatchObject({
    status: 404,
    body: { error: { code: "ResourceGroupNotFound", message: "Resource group 'rg-model' could not be found." } },
  });
  expect((await ask("DELETE", path)).status).toBe(404);
});

test("a resource group deleted takes its role assignments along and soft-deletes its vaults", async () => {
  await createVault(emulator, ask);
  await assign(emulator, ask, groupPath(emulator), roleIds.contributor, emulator.seeds.users.serviceAccount.id);
  await ask("DELETE", groupPath(emulator));
  expect((await ask("GET", vaultPath(emulator))).status).toBe(404);
  const provider = `${subscriptionPath(emulator)}/providers`;
  expect((await ask("GET", `${provider}/Microsoft.KeyVault/deletedVaults`)).body).toMatchObject({
    value: [{ name: "kv-model", properties: { vaultId: vaultPath(emulator) } }],
  });
  const assignments = await ask("GET", `${provider}/Microsoft.Authorization/roleAssignments`);
  expect(assignments.body).toMatchObject({ value: [{ name: emulator.seeds.deployer.ownerAssignment }] });
});

test("a caller without a role is told which action it lacks, and where", async () => {
  const { id } = emulator.seeds.users.serviceAccount;
  const person = resourceManagerOf(emulator, { oid: id });
  expect(await person("PUT", groupPath(emulator), { location: "westeurope" })).toMatchObject({
    status: 403,
    body: {
      error: {
        code: "AuthorizationFailed",
        message:
          `The client '${emulator.seeds.deployer.clientId}' with object id '${id}' does not have authorization to perform action ` +
          `'Microsoft.Resources/subscriptions/resourceGroups/write' over scope '${groupPath(emulator)}' or the scope is invalid. ` +
          "If access was recently granted, please refresh your credentials.",
      },
    },
  });
  expect((await person("GET", "/subscriptions")).body).toMatchObject({ value: [] });
});
