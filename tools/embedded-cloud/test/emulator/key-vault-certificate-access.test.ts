/** Who may do what to certificates and their keys: roles at every scope, access policies. */
import { seeds } from "../../emulator/seeds";
import { assign, resourceManagerOf, roleIds, vaultBody, vaultForEach, vaultPath } from "../../testing/azure";
import type { Answer } from "../../testing/callers";
import { clientPolicy, makeCertificate } from "../../testing/certificates";
import { emulatorForEach } from "../../testing/emulator";

type Request = [method: string, path: string, body?: object];

/** None that there is: whoever may sign is answered 404. */
const version = "0".repeat(32);
const digest = Buffer.alloc(32).toString("base64url");
const requests: Record<string, Request> = {
  read: ["GET", "/certificates/one"],
  list: ["GET", "/certificates"],
  create: ["POST", "/certificates/two/create", { policy: clientPolicy }],
  disable: ["PATCH", "/certificates/one", { attributes: { enabled: true } }],
  sign: ["POST", `/keys/one/${version}/sign`, { alg: "PS256", value: digest }],
  "read the secret": ["GET", "/secrets/one"],
  delete: ["DELETE", "/certificates/one"],
};

const person = seeds.users.serviceAccount.id;

const emulator = emulatorForEach();
const resourceManager = resourceManagerOf(emulator);
const vault = vaultForEach(emulator, { accessPolicies: [] });
beforeEach(() => makeCertificate(emulator, vault.ask, "one"));

async function give(role: string, scope = vaultPath(emulator)): Promise<void> {
  const { status } = await assign(emulator, resourceManager, scope, role, person);
  expect(status).toBe(201);
  emulator.clock.advance(emulator.clouds.get("AzureCloud")?.roleAssignmentDelay ?? 0);
}

const ask = vault.askedBy({ oid: person });
const send = ([method, path, body]: Request): Promise<Answer> => ask(method, path, body);

async function allowed(): Promise<string[]> {
  const names: string[] = [];
  for (const [name, request] of Object.entries(requests)) {
    const { status } = await send(request);
    if (status !== 403) names.push(name);
  }
  return names;
}

const certificateWork = ["read", "list", "create", "disable", "delete"];

test.each<[string, string, string[]]>([
  ["Key Vault Administrator", roleIds.vaultAdministrator, Object.keys(requests)],
  ["Key Vault Certificates Officer", roleIds.certificatesOfficer, certificateWork],
  ["Key Vault Certificate User", roleIds.certificateUser, ["read", "list", "read the secret"]],
  ["Key Vault Crypto Officer", roleIds.cryptoOfficer, ["sign"]],
  ["Key Vault Crypto User", roleIds.cryptoUser, ["sign"]],
  ["Key Vault Crypto Service Encryption User", roleIds.cryptoServiceEncryptionUser, []],
  ["Key Vault Reader", roleIds.vaultReader, ["read", "list"]],
  ["Key Vault Secrets User", roleIds.secretsUser, ["read the secret"]],
  ["Owner", roleIds.owner, []],
])("%s", async (_, role, expected) => {
  await give(role);
  expect(await allowed()).toEqual(expected);
});

test("a role at one key is good for that key alone, and says of another what it lacks", async () => {
  await makeCertificate(emulator, vault.ask, "two");
  await give(roleIds.cryptoUser, `${vaultPath(emulator)}/keys/one`);
  expect(await allowed()).toEqual(["sign"]);
  const answer = await send(["POST", `/keys/two/${version}/sign`, { alg: "PS256", value: digest }]);
  expect(answer).toMatchObject({
    status: 403,
    body: { error: { code: "Forbidden", innererror: { code: "ForbiddenByRbac" } } },
  });
  expect(JSON.stringify(answer.body)).toContain("Action: 'Microsoft.KeyVault/vaults/keys/sign/action'");
  expect(JSON.stringify(answer.body)).toContain(`${vaultPath(emulator).toLowerCase()}/keys/two'`);
});

test("and one at one certificate for what it makes of it", async () => {
  await give(roleIds.certificatesOfficer, `${vaultPath(emulator)}/certificates/one`);
  expect(await allowed()).toEqual(["read", "disable", "delete"]);
});

test.each<[string, object, string[]]>([
  ["no permission", {}, []],
  ["get and list of certificates", { certificates: ["Get", "list"] }, ["read", "list"]],
  ["all of certificates", { certificates: ["all"] }, certificateWork],
  ["get and sign of keys", { keys: ["get", "sign"] }, ["sign"]],
  ["get of secrets", { secrets: ["get"] }, ["read the secret"]],
])("an access policy with %s", async (_, permissions, expected) => {
  const { id: tenantId } = emulator.seeds.partner;
  const accessPolicies = [{ tenantId, objectId: person, permissions }];
  const body = vaultBody(emulator, { enableRbacAuthorization: false, accessPolicies });
  expect((await resourceManager("PUT", vaultPath(emulator), body)).status).toBe(200);
  expect(await allowed()).toEqual(expected);
  if (!expected.includes("sign")) {
    const answer = await send(["POST", `/keys/one/${version}/sign`, { alg: "PS256", value: digest }]);
    expect(JSON.stringify(answer.body)).toContain("does not have keys sign permission on key vault");
  }
});
