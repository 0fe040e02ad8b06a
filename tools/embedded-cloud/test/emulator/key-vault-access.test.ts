/** Who can access what in a vault, from where, and when. */
import { seeds } from "../../emulator/seeds";
import {
  assign,
  createVault,
  groupPath,
  resourceManagerOf,
  roleIds,
  subscriptionPath,
  vaultName,
  vaultPath,
} from "../../testing/azure";
import { askAs, asking, type Answer } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const person = seeds.users.serviceAccount.id;

const emulator = emulatorForEach(undefined, { roleAssignmentDelay: 60_000 });
const resourceManager = resourceManagerOf(emulator);
let origin: string;
const putSecret = (name: string) =>
  resourceManager("PUT", `${vaultPath(emulator)}/secrets/${name}`, { properties: { value: "one" } });
beforeEach(async () => {
  origin = await createVault(emulator, resourceManager);
  await putSecret("token");
});

const get = ["GET", "/secrets/token"] as const;
const list = ["GET", "/secrets"] as const;
const versions = ["GET", "/secrets/token/versions"] as const;
const set = ["PUT", "/secrets/token", { value: "two" }] as const;
const deleteToken = ["DELETE", "/secrets/token"] as const;

type Request = readonly [method: string, path: string, body?: object];

async function ask([method, path, body]: Request, oid = person): Promise<Answer> {
  const asker = await askAs(emulator, origin, { oid });
  return await asker(method, `${path}?api-version=7.5`, body);
}

async function give(role: string, scope = vaultPath(emulator)): Promise<void> {
  expect((await assign(emulator, resourceManager, scope, role, person)).status).toBe(201);
  emulator.clock.advance(60_000);
}

async function statuses(...requests: Request[]): Promise<number[]> {
  const found: number[] = [];
  for (const request of requests) found.push((await ask(request)).status);
  return found;
}

const innerCode = ({ status, body }: Answer): [number, string | undefined] => [
  status,
  (body as { error: { innererror?: { code: string } } }).error.innererror?.code,
];

test("the first answer is a challenge that names the authority and the vault", async () => {
  const { status, headers, body } = await asking(origin)("GET", "/secrets/token?api-version=7.5");
  expect(status).toBe(401);
  const authority = `${emulator.origins.authority}/${emulator.seeds.partner.id}`;
  expect(headers.get("www-authenticate")).toBe(`Bearer authorization="${authority}", resource="${origin}"`);
  expect(body).toEqual({
    error: { code: "Unauthorized", message: "AKV10000: Request is missing a Bearer or PoP token." },
  });
});

test.each([
  ["Key Vault Administrator", roleIds.vaultAdministrator, [200, 200, 200, 200, 200]],
  ["Key Vault Secrets Officer", roleIds.secretsOfficer, [200, 200, 200, 200, 200]],
  ["Key Vault Secrets User", roleIds.secretsUser, [200, 200, 200, 403, 403]],
  ["Key Vault Reader", roleIds.vaultReader, [403, 200, 200, 403, 403]],
  ["Owner", roleIds.owner, [403, 403, 403, 403, 403]],
  ["Contributor", roleIds.contributor, [403, 403, 403, 403, 403]],
])("%s: get, list, list versions, set, delete", async (_, role, expected) => {
  await give(role);
  expect(await statuses(get, list, versions, set, deleteToken)).toEqual(expected);
});

test("a role reaches the vault from its resource group and its subscription", async () => {
  await give(roleIds.secretsUser, groupPath(emulator));
  expect(await statuses(get, list)).toEqual([200, 200]);
  emulator.reset();
  await createVault(emulator, resourceManager);
  await putSecret("token");
  await give(roleIds.secretsUser, subscriptionPath(emulator));
  expect(await statuses(get, list)).toEqual([200, 200]);
});

test("a role at one secret is good for that secret alone", async () => {
  await putSecret("other");
  await give(roleIds.secretsOfficer, `${vaultPath(emulator)}/secrets/token`);
  expect(await statuses(get, versions, set, list, ["GET", "/secrets/other"])).toEqual([200, 200, 200, 403, 403]);
});

test("a role assignment takes its time; until then the refusal is Key Vault's own", async () => {
  await assign(emulator, resourceManager, vaultPath(emulator), roleIds.secretsUser, person);
  emulator.clock.advance(58_000);
  const early = await ask(get);
  expect(early).toMatchObject({
    status: 403,
    body: {
      error: {
        code: "Forbidden",
        message: [
          "Caller is not authorized to perform action on resource.",
          "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
          `Caller: appid=${emulator.seeds.deployer.clientId};oid=${person};iss=${emulator.origins.authority}/${emulator.seeds.partner.id}/`,
          "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'",
          `Resource: '${vaultPath(emulator).toLowerCase()}/secrets/token'`,
          "Assignment: (not found)",
          "DenyAssignmentId: null",
          "DecisionReason: null ",
          `Vault: ${vaultName};location=westeurope`,
          "",
        ].join("\r\n"),
        innererror: { code: "ForbiddenByRbac" },
      },
    },
  });
  emulator.clock.advance(2000);
  expect((await ask(get)).status).toBe(200);
});

test("network rules: only listed addresses, or nobody at all", async () => {
  await give(roleIds.secretsUser);
  const change = (properties: object) => resourceManager("PATCH", vaultPath(emulator), { properties });
  await change({ networkAcls: { defaultAction: "Deny", ipRules: [{ value: "203.0.113.0/24" }] } });
  expect(innerCode(await ask(get))).toEqual([403, "ForbiddenByFirewall"]);
  await change({ networkAcls: { defaultAction: "Deny", ipRules: [{ value: "127.0.0.1/32" }] } });
  expect((await ask(get)).status).toBe(200);
  await change({ publicNetworkAccess: "Disabled" });
  expect(innerCode(await ask(get))).toEqual([403, "ForbiddenByConnection"]);
});

describe("a vault without role-based authorization", () => {
  const policy = (secrets: string[], more: object = {}) => ({
    tenantId: emulator.seeds.partner.id,
    objectId: person,
    permissions: { secrets },
    ...more,
  });
  const change = async (properties: object) => {
    expect((await resourceManager("PATCH", vaultPath(emulator), { properties })).status).toBe(200);
  };

  beforeEach(async () => {
    await give(roleIds.secretsOfficer);
    await change({ enableRbacAuthorization: false });
    await putSecret("gone");
    await change({ accessPolicies: [policy(["delete"])] });
    expect((await ask(["DELETE", "/secrets/gone"])).status).toBe(200);
  });

  /** The permission of each verb, according to the documentation of each request. */
  const update = ["PATCH", "/secrets/token/", {}] as const;
  const getDeleted = ["GET", "/deletedsecrets/gone"] as const;
  const listDeleted = ["GET", "/deletedsecrets"] as const;
  const recover = ["POST", "/deletedsecrets/gone/recover"] as const;
  const purge = ["DELETE", "/deletedsecrets/gone"] as const;
  const everything = { get, getDeleted, list, versions, listDeleted, set, update, recover, purge, deleteToken };

  test.each([
    [[], []],
    [["Get"], ["get", "getDeleted"]],
    [["list"], ["list", "versions", "listDeleted"]],
    [["SET"], ["set", "update"]],
    [["delete"], ["deleteToken"]],
    [["recover"], ["recover"]],
    [["purge"], ["purge"]],
    [["backup", "restore"], []],
    [["all"], Object.keys(everything).filter((name) => name !== "purge")],
  ] as [string[], string[]][])("%j allows %j", async (verbs, allowed) => {
    await change({ accessPolicies: [policy(verbs)] });
    for (const [name, request] of Object.entries(everything)) {
      // Purging removes what would be recovered.
      if (name === "purge" && allowed.includes("recover")) continue;
      expect([name, (await ask(request)).status < 300]).toEqual([name, allowed.includes(name)]);
    }
  });

  test("says who lacks which permission", async () => {
    await change({ accessPolicies: [] });
    const { clientId } = emulator.seeds.deployer;
    const who = `appid=${clientId};oid=${person};iss=${emulator.origins.authority}/${emulator.seeds.partner.id}/`;
    for (const [request, verb] of [
      [get, "get"],
      [update, "set"],
      [getDeleted, "get"],
    ] as const) {
      const { status, body } = await ask(request);
      expect([status, body]).toEqual([
        403,
        {
          error: {
            code: "Forbidden",
            message:
              `The user, group or application '${who}' does not have secrets ${verb} permission on key vault ` +
              `'${vaultName};location=westeurope'. For help resolving this issue, please see ` +
              "https://go.microsoft.com/fwlink/?linkid=2125287",
            innererror: { code: "AccessDenied" },
          },
        },
      ]);
    }
  });

  test("goes by groups, and by the application that somebody uses where a policy names one", async () => {
    await change({ accessPolicies: [policy(["get"], { objectId: emulator.seeds.groups.adminAgents.id })] });
    expect((await ask(get)).status).toBe(200);
    const applicationId = emulator.seeds.partner.id;
    await change({ accessPolicies: [policy(["get"], { applicationId })] });
    expect(innerCode(await ask(get))).toEqual([403, "AccessDenied"]);
    await change({ accessPolicies: [policy(["get"], { applicationId: emulator.seeds.deployer.clientId })] });
    expect((await ask(get)).status).toBe(200);
  });
});
