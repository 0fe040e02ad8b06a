import { randomUUID } from "node:crypto";
import { seeds } from "../../emulator/seeds";
import { partnerTenant } from "../../testing/applications";
import {
  assign,
  createVault,
  groupPath,
  resourceManagerOf,
  roleIds,
  subscriptionPath,
  vaultPath,
} from "../../testing/azure";
import { codeOf } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const person = seeds.users.serviceAccount.id;

const emulator = emulatorForEach();
const ask = resourceManagerOf(emulator);
const asPerson = resourceManagerOf(emulator, { oid: person });
beforeEach(() => createVault(emulator, ask));

test("a role assignment: created, the same again is no change, read, deleted", async () => {
  const name = randomUUID();
  const path = `${vaultPath(emulator)}/providers/Microsoft.Authorization/roleAssignments/${name}`;
  const roleDefinitionId = `${subscriptionPath(emulator)}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.secretsUser}`;
  const body = { properties: { roleDefinitionId, principalId: person, principalType: "User" } };
  const assignment = {
    id: path,
    name,
    type: "Microsoft.Authorization/roleAssignments",
    properties: {
      ...body.properties,
      scope: vaultPath(emulator),
      description: null,
      condition: null,
      conditionVersion: null,
    },
  };
  expect(await ask("PUT", path, body)).toMatchObject({ status: 201, body: assignment });
  expect(await ask("PUT", path, body)).toMatchObject({ status: 201, body: assignment });
  expect((await ask("GET", path)).body).toEqual(assignment);
  expect((await ask("DELETE", path)).status).toBe(200);
  expect((await ask("DELETE", path)).status).toBe(204);
  expect(codeOf(await ask("GET", path))).toEqual([404, "RoleAssignmentNotFound"]);
});

test("a list holds what is above and below a scope; filters narrow it", async () => {
  await assign(emulator, ask, vaultPath(emulator), roleIds.secretsUser, person);
  await assign(emulator, ask, `${vaultPath(emulator)}/secrets/token`, roleIds.secretsOfficer, person);
  const roles = async (scope: string, filter = "") => {
    const { body } = await ask("GET", `${scope}/providers/Microsoft.Authorization/roleAssignments${filter}`);
    const { value } = body as { value: { properties: { roleDefinitionId: string } }[] };
    return value.map(({ properties }) => properties.roleDefinitionId.split("/").at(-1));
  };
  expect(await roles(groupPath(emulator))).toEqual([roleIds.owner, roleIds.secretsUser, roleIds.secretsOfficer]);
  const filter = `?$filter=principalId+eq+'${person}'`;
  expect(await roles(vaultPath(emulator), filter)).toEqual([roleIds.secretsUser, roleIds.secretsOfficer]);
});

test("who may assign roles: Owner and User Access Administrator, not Contributor", async () => {
  const attempt = async (role: string) => {
    await assign(emulator, ask, groupPath(emulator), role, person);
    const { status } = await assign(emulator, asPerson, vaultPath(emulator), roleIds.vaultReader);
    emulator.reset();
    await createVault(emulator, ask);
    return status;
  };
  expect(await attempt(roleIds.contributor)).toBe(403);
  expect(await attempt(roleIds.owner)).toBe(201);
  expect(await attempt(roleIds.userAccessAdministrator)).toBe(201);
});

test("a role given to a group reaches its members, also through another group", async () => {
  const { adminAgents, helpdeskAgents } = emulator.seeds.groups;
  partnerTenant(emulator).groups.get(helpdeskAgents.id)?.members.add(adminAgents.id);
  expect((await asPerson("GET", vaultPath(emulator))).status).toBe(403);
  await assign(emulator, ask, vaultPath(emulator), roleIds.contributor, helpdeskAgents.id);
  expect((await asPerson("GET", vaultPath(emulator))).status).toBe(200);
});

test("role definitions, by name and by id", async () => {
  const definitions = `${subscriptionPath(emulator)}/providers/Microsoft.Authorization/roleDefinitions`;
  const found = await ask("GET", `${definitions}?$filter=roleName+eq+'Key+Vault+Secrets+Officer'`);
  expect(found.body).toMatchObject({ value: [{ name: roleIds.secretsOfficer, properties: { type: "BuiltInRole" } }] });
  expect((await ask("GET", `${definitions}/${roleIds.vaultReader}`)).body).toMatchObject({
    id: `${definitions}/${roleIds.vaultReader}`,
    properties: { roleName: "Key Vault Reader" },
  });
});

test("a caller's own permissions at a scope: every role held there or above, data actions included", async () => {
  const permissionsOf = (scope: string, asker = ask) =>
    asker("GET", `${scope}/providers/Microsoft.Authorization/permissions`);
  const owner = { actions: ["*"], notActions: [], dataActions: [], notDataActions: [] };
  expect(await permissionsOf(subscriptionPath(emulator))).toMatchObject({ status: 200, body: { value: [owner] } });
  await assign(emulator, ask, vaultPath(emulator), roleIds.secretsOfficer);
  const atVault = (await permissionsOf(vaultPath(emulator))).body as {
    value: { dataActions: string[] }[];
  };
  expect(atVault.value.map(({ dataActions }) => dataActions)).toEqual([[], ["Microsoft.KeyVault/vaults/secrets/*"]]);
  expect((await permissionsOf(groupPath(emulator))).body).toEqual({ value: [owner] });
  expect(codeOf(await permissionsOf(vaultPath(emulator), asPerson))).toEqual([403, "AuthorizationFailed"]);
  expect(codeOf(await permissionsOf(groupPath(emulator, "nowhere")))).toEqual([404, "ResourceGroupNotFound"]);
});
