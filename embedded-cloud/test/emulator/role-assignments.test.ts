import { randomUUID } from "node:crypto";
import type { Emulator } from "../../emulator/emulator";
import { partnerTenant } from "../../testing/applications";
import {
  askResourceManager,
  assign,
  createVault,
  groupPath,
  roleIds,
  subscriptionPath,
  vaultPath,
} from "../../testing/azure";
import { type Ask, codeOf } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

let emulator: Emulator;
let ask: Ask;
let person: string;

emulatorForEach(async (started) => {
  emulator = started;
  person = emulator.seeds.users.serviceAccount.id;
  ask = await askResourceManager(emulator);
  await createVault(emulator, ask);
});

const assignmentPath = (scope: string, name: string): string =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;

const request = (principalId: string, role: string, more: object = {}): object => ({
  properties: {
    roleDefinitionId: `${subscriptionPath(emulator)}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    principalId,
    ...more,
  },
});

test("a role assignment: created, the same again is no change, read, deleted", async () => {
  const name = randomUUID();
  const path = assignmentPath(vaultPath(emulator), name);
  const body = request(person, roleIds.secretsUser, { principalType: "User" });
  const assignment = {
    id: path,
    name,
    type: "Microsoft.Authorization/roleAssignments",
    properties: {
      roleDefinitionId: `${subscriptionPath(emulator)}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.secretsUser}`,
      principalId: person,
      principalType: "User",
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

test("what is refused, and in whose words", async () => {
  const name = randomUUID();
  const scope = vaultPath(emulator);
  await ask("PUT", assignmentPath(scope, name), request(person, roleIds.secretsUser));
  const put = (path: string, body: object) => ask("PUT", path, body).then(codeOf);
  const same = request(person, roleIds.secretsUser);
  expect(await put(assignmentPath(scope, randomUUID()), same)).toEqual([409, "RoleAssignmentExists"]);
  const other = request(person, roleIds.vaultReader);
  expect(await put(assignmentPath(scope, name), other)).toEqual([400, "RoleAssignmentUpdateNotPermitted"]);
  expect(await put(assignmentPath(scope, "no-guid"), other)).toEqual([400, "InvalidRoleAssignmentId"]);
  const nobody = request(randomUUID(), roleIds.secretsUser, { principalType: "ServicePrincipal" });
  expect(await put(assignmentPath(scope, randomUUID()), nobody)).toEqual([400, "PrincipalNotFound"]);
  const mistaken = request(person, roleIds.vaultReader, { principalType: "Group" });
  expect(await put(assignmentPath(scope, randomUUID()), mistaken)).toEqual([400, "UnmatchedPrincipalType"]);
  const unknownRole = request(person, randomUUID());
  expect(await put(assignmentPath(scope, randomUUID()), unknownRole)).toEqual([404, "RoleDefinitionDoesNotExist"]);
  const nowhere = assignmentPath(vaultPath(emulator, "kv-absent"), randomUUID());
  expect(await put(nowhere, same)).toEqual([404, "ResourceNotFound"]);
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
  expect(await roles(vaultPath(emulator), "?$filter=atScope()")).toEqual([roleIds.owner, roleIds.secretsUser]);
  const filter = `?$filter=principalId+eq+'${person}'`;
  expect(await roles(vaultPath(emulator), filter)).toEqual([roleIds.secretsUser, roleIds.secretsOfficer]);
});

test("who may assign roles: Owner and User Access Administrator, not Contributor", async () => {
  const attempt = async (role: string) => {
    await assign(emulator, ask, groupPath(emulator), role, person);
    const other = await askResourceManager(emulator, person);
    const { status } = await assign(emulator, other, vaultPath(emulator), roleIds.vaultReader);
    emulator.reset();
    ask = await askResourceManager(emulator);
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
  const member = await askResourceManager(emulator, person);
  expect((await member("GET", vaultPath(emulator))).status).toBe(403);
  await assign(emulator, ask, vaultPath(emulator), roleIds.contributor, helpdeskAgents.id);
  expect((await member("GET", vaultPath(emulator))).status).toBe(200);
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
  const permissionsOf = async (scope: string, oid?: string) =>
    await (
      await askResourceManager(emulator, oid)
    )("GET", `${scope}/providers/Microsoft.Authorization/permissions`);
  const owner = { actions: ["*"], notActions: [], dataActions: [], notDataActions: [] };
  expect(await permissionsOf(subscriptionPath(emulator))).toMatchObject({ status: 200, body: { value: [owner] } });
  await assign(emulator, ask, vaultPath(emulator), roleIds.secretsOfficer);
  const atVault = (await permissionsOf(vaultPath(emulator))).body as {
    value: { dataActions: string[] }[];
  };
  expect(atVault.value.map(({ dataActions }) => dataActions)).toEqual([[], ["Microsoft.KeyVault/vaults/secrets/*"]]);
  expect((await permissionsOf(groupPath(emulator))).body).toEqual({ value: [owner] });
  expect(codeOf(await permissionsOf(vaultPath(emulator), person))).toEqual([403, "AuthorizationFailed"]);
  expect(codeOf(await permissionsOf(groupPath(emulator, "nowhere")))).toEqual([404, "ResourceGroupNotFound"]);
});
