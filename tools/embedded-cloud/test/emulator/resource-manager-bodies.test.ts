/** Each property of a body of Resource Manager and its providers: its types and limits. Other refusals: tools/embedded-cloud/test/refusals. */
import { groupPath, resourceManagerOf, roleIds, subscriptionPath, vaultBody, vaultPath } from "../../testing/azure";
import { type Answer, codeOf } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();
const ask = resourceManagerOf(emulator);
const putGroup = () => ask("PUT", groupPath(emulator), { location: "westeurope" });
beforeEach(putGroup);

/** A value of each JSON type. */
const kinds = { text: "x", number: 1, fraction: 1.5, flag: true, list: [], object: {}, nothing: null } as const;
type Kind = keyof typeof kinds;

/** Rows of properties that take the same types. */
const taking = (taken: Kind[], prefix: string, names: string): [string, Kind[]][] =>
  names.split(" ").map((name) => [prefix + name, taken]);

/** A copy with another value at a path; undefined leaves it out. */
function withValue(document: object, path: string, value: unknown): object {
  const [first = "", ...rest] = path.split(".");
  const inner = (document as Record<string, unknown>)[first];
  const changed = rest.length === 0 ? value : withValue(inner ?? {}, rest.join("."), value);
  const elements: unknown[] | undefined = Array.isArray(document) ? document : undefined;
  return elements?.with(Number(first), changed) ?? { ...document, [first]: changed };
}

/** Sends one body for each type, and returns the accepted types; the others are refused with this status and code. */
async function takenBy(
  send: (body: object) => Promise<Answer>,
  document: object,
  path: string,
  refused: string | RegExp = "400 BadRequest",
) {
  const taken: string[] = [];
  for (const [kind, value] of Object.entries(kinds)) {
    const answer = await send(withValue(document, path, value));
    if (answer.status < 300) taken.push(kind);
    else expect([kind, codeOf(answer).join(" ")]).toEqual([kind, expect.stringMatching(refused)]);
  }
  return taken;
}

/** The refusal of Resource Manager's own bodies, and of values that a type permits. */
const invalid = /^400 InvalidRequestContent$/u;
const invalidOr = (other: string) => RegExp(`${invalid.source}|^${other}`, "u");

const guid = "11111111-2222-4333-8444-555555555555";

describe("a resource group", () => {
  const put = (body: unknown) => ask("PUT", groupPath(emulator), body);
  const document = { location: "westeurope", tags: { stage: "dev" } };

  test.each([
    ...taking(["object", "nothing"], "", "tags properties"),
    ...taking(["text"], "", "tags.stage"),
    ...taking([], "", "location flavour"),
    ...taking([], "properties.", "flavour"),
  ])("%s takes %j", async (path, taken) => {
    // A text is not a region, which is refused with a code of its own.
    const refused = path === "location" ? invalidOr("400 LocationNotAvailable") : invalid;
    expect(await takenBy(put, document, path, refused)).toEqual(taken);
  });

  test("is taken back as it was read", async () => {
    const { body } = await put(document);
    expect(await put(body)).toMatchObject({ status: 200, body });
  });

  test("has a name of 1 to 90 characters, of any alphabet", async () => {
    for (const name of ["x".repeat(90), encodeURIComponent("gruppe-ä_(1).x")]) {
      expect((await ask("PUT", groupPath(emulator, name), document)).status).toBe(201);
    }
  });
});

describe("a vault", () => {
  const put = (body: unknown) => ask("PUT", vaultPath(emulator), body);
  const policy = () => ({
    tenantId: emulator.seeds.partner.id,
    objectId: guid,
    permissions: { secrets: ["get"], keys: [], certificates: [], storage: [] },
  });
  const document = () => ({
    ...vaultBody(emulator, {
      accessPolicies: [policy()],
      networkAcls: {
        bypass: "None",
        defaultAction: "Allow",
        ipRules: [{ value: "203.0.113.0/24" }],
        virtualNetworkRules: [],
      },
    }),
    tags: { stage: "dev" },
  });
  const putWith = (path: string, value: unknown) => put(withValue(document(), `properties.${path}`, value));

  test.each([
    ...taking([], "", "flavour properties"),
    ...taking(["object", "nothing"], "", "tags properties.networkAcls"),
    ...taking(["text"], "", "tags.stage"),
    ...taking([], "properties.", "flavour tenantId sku sku.family sku.name sku.flavour"),
    ...taking(["nothing"], "properties.", "softDeleteRetentionInDays publicNetworkAccess createMode"),
    ...taking(["flag", "nothing"], "properties.enable", "SoftDelete RbacAuthorization PurgeProtection"),
    ...taking(["flag", "nothing"], "properties.enabledFor", "Deployment DiskEncryption TemplateDeployment"),
    ...taking(["list", "nothing"], "properties.", "accessPolicies accessPolicies.0.permissions.secrets"),
    ...taking([], "properties.accessPolicies.", "0 0.tenantId 0.objectId 0.flavour"),
    ...taking([], "properties.accessPolicies.0.permissions.", "secrets.0 flavour"),
    ...taking(["nothing"], "properties.accessPolicies.0.", "applicationId"),
    ...taking(["object"], "properties.accessPolicies.0.", "permissions"),
    ...taking([], "properties.networkAcls.", "ipRules.0 ipRules.0.value ipRules.0.flavour flavour"),
    ...taking(["nothing"], "properties.networkAcls.", "bypass defaultAction"),
    ...taking(["list", "nothing"], "properties.networkAcls.", "ipRules virtualNetworkRules"),
  ])("%s takes %j", async (path, taken) => {
    expect(await takenBy(put, document(), path)).toEqual(taken);
    // A change accepts the same.
    const patch = withValue(document(), "location", undefined);
    if (!path.startsWith("properties") || path === "properties") return;
    emulator.reset();
    await putGroup();
    await put(document());
    expect(await takenBy((body) => ask("PATCH", vaultPath(emulator), body), patch, path)).toEqual(taken);
  });

  test("takes 1000 rules for addresses", async () => {
    const rules = Array.from({ length: 1000 }, (_, n) => ({ value: `203.0.${Math.floor(n / 250)}.${n % 250}` }));
    expect((await putWith("networkAcls.ipRules", rules)).status).toBe(200);
  });

  test("takes 1024 access policies, in any case", async () => {
    const many = Array.from({ length: 1024 }, (_, n) => ({
      ...policy(),
      objectId: `11111111-2222-4333-8444-${String(n).padStart(12, "0")}`,
      permissions: { secrets: ["Get", "PURGE"], keys: ["wrapKey"], certificates: ["managecontacts"] },
    }));
    expect((await putWith("accessPolicies", many)).status).toBe(200);
  });

  test("needs no access policies where roles decide, nor when it is recovered", async () => {
    expect((await put(withValue(document(), "properties.accessPolicies", undefined))).status).toBe(200);
    await ask("DELETE", vaultPath(emulator));
    const recovery = { location: "westeurope", properties: { createMode: "recover" } };
    expect((await put(recovery)).status).toBe(200);
  });

  test("goes by roles unless told otherwise, from 2026-02-01 on, and only when it is made", async () => {
    const isByRoles = async (vault: string, version: string, asked?: boolean) => {
      const path = `${vaultPath(emulator, vault)}?api-version=${version}`;
      const { body } = await ask("PUT", path, withValue(document(), "properties.enableRbacAuthorization", asked));
      return (body as { properties: Record<string, unknown> }).properties["enableRbacAuthorization"];
    };
    expect(await isByRoles("kv-old", "2025-05-01")).toBe(false);
    expect(await isByRoles("kv-old", "2026-02-01")).toBe(false);
    expect(await isByRoles("kv-new", "2026-02-01")).toBe(true);
    expect(await isByRoles("kv-other", "2026-02-01", false)).toBe(false);
  });

  test("is taken back as it was read", async () => {
    const { body } = await put(document());
    expect(await put(body)).toMatchObject({ status: 200, body });
  });

  test("a question about its name has two properties", async () => {
    const path = `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault/checkNameAvailability`;
    const question = { name: "kv-model", type: "Microsoft.KeyVault/vaults" };
    expect((await ask("POST", path, question)).status).toBe(200);
    for (const name of ["name", "type", "flavour"]) {
      const taken = await takenBy((body) => ask("POST", path, body), question, name);
      expect(taken).toEqual(name === "name" ? ["text"] : []);
    }
  });
});

describe("a vault's secret", () => {
  const path = () => `${vaultPath(emulator)}/secrets/token`;
  const document = {
    tags: { stage: "dev" },
    properties: { value: "hidden", contentType: "text/plain", attributes: { enabled: true, nbf: 1, exp: 2 } },
  };
  beforeEach(async () => {
    await ask("PUT", vaultPath(emulator), vaultBody(emulator));
  });

  test.each([
    ...taking(["object", "nothing"], "", "tags"),
    ...taking(["object", "nothing"], "properties.", "attributes"),
    ...taking(["text"], "", "tags.stage"),
    ...taking(["text"], "properties.", "value"),
    ...taking([], "", "flavour properties"),
    ...taking([], "properties.", "flavour attributes.flavour"),
    ...taking(["text", "nothing"], "properties.", "contentType"),
    ...taking(["flag", "nothing"], "properties.", "attributes.enabled"),
    ...taking(["number", "nothing"], "properties.", "attributes.nbf attributes.exp"),
  ])("%s takes %j", async (property, taken) => {
    expect(await takenBy((body) => ask("PUT", path(), body), document, property)).toEqual(taken);
  });
});

describe("a role assignment", () => {
  const path = () => `${groupPath(emulator)}/providers/Microsoft.Authorization/roleAssignments/${guid}`;
  const document = () => ({
    properties: {
      roleDefinitionId: `${subscriptionPath(emulator)}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.vaultReader}`,
      principalId: emulator.seeds.users.serviceAccount.id,
      principalType: "User",
      description: "why",
    },
  });

  test.each([
    ...taking([], "", "flavour properties"),
    ...taking([], "properties.", "flavour principalId"),
    ...taking(["text", "nothing"], "properties.", "description"),
    ...taking(["nothing"], "properties.", "principalType condition conditionVersion"),
    ...taking(["nothing"], "properties.", "delegatedManagedIdentityResourceId"),
  ])("%s takes %j", async (property, taken) => {
    // A text is of the right type: those properties are not served.
    const refused = /condition|delegated/u.test(property) ? invalidOr("501 NotImplemented") : invalid;
    expect(await takenBy((body) => ask("PUT", path(), body), document(), property, refused)).toEqual(taken);
  });

  test("keeps its description", async () => {
    const { body } = await ask("PUT", path(), document());
    expect(body).toMatchObject({ properties: { description: "why" } });
    expect((await ask("GET", path())).body).toEqual(body);
  });
});
