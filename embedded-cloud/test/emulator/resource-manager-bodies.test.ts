/** Refusals of a body by Resource Manager and its providers: each property's type and limits, and unknown properties. */
import type { Emulator } from "../../emulator/emulator";
import { askResourceManager, groupPath, roleIds, subscriptionPath, vaultBody, vaultPath } from "../../testing/azure";
import { type Answer, type Ask, codeOf, refusal } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

let emulator: Emulator;
let ask: Ask;

emulatorForEach(async (started) => {
  emulator = started;
  ask = await askResourceManager(emulator);
  await ask("PUT", groupPath(emulator), { location: "westeurope" });
});

/** A value of each JSON type. */
const kinds = { text: "x", number: 1, fraction: 1.5, flag: true, list: [], object: {}, nothing: null } as const;
type Kind = keyof typeof kinds;

/** A copy with another value at a path; undefined leaves it out. */
function withValue(document: object, path: string, value: unknown): object {
  const [first = "", ...rest] = path.split(".");
  const inner = (document as Record<string, unknown>)[first];
  const changed = rest.length === 0 ? value : withValue(inner ?? {}, rest.join("."), value);
  const elements: unknown[] | undefined = Array.isArray(document) ? document : undefined;
  return elements?.with(Number(first), changed) ?? { ...document, [first]: changed };
}

/** Sends one body for each type, and returns the accepted types. */
async function takenBy(send: (body: object) => Promise<Answer>, document: object, path: string, code: string) {
  const taken: string[] = [];
  for (const [kind, value] of Object.entries(kinds)) {
    const answer = await send(withValue(document, path, value));
    if (answer.status < 300) taken.push(kind);
    else expect([kind, ...refusal(answer)]).toEqual([kind, 400, code, expect.any(String)]);
  }
  return taken;
}

const guid = "11111111-2222-4333-8444-555555555555";

describe("a resource group", () => {
  const put = (body: unknown) => ask("PUT", groupPath(emulator), body);
  const document = { location: "westeurope", tags: { stage: "dev" } };

  test.each<[string, Kind[]]>([
    ["tags", ["object", "nothing"]],
    ["tags.stage", ["text"]],
    ["location", []],
    ["flavour", []],
    ["properties", ["object", "nothing"]],
    ["properties.flavour", []],
  ])("%s takes %j", async (path, taken) => {
    // A text is not a region, which is refused with a text of its own.
    const send = path === "location" ? ask : undefined;
    const kindsTaken = await takenBy(
      async (body) => {
        if (send === undefined || typeof (body as { location: unknown }).location !== "string") return put(body);
        return { status: 400, headers: new Headers(), body: { error: { code: "InvalidRequestContent", message: "" } } };
      },
      document,
      path,
      "InvalidRequestContent",
    );
    expect(kindsTaken).toEqual(taken);
  });

  test.each([
    ["no location", {}],
    ["51 tags", { ...document, tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`t${n}`, "x"])) }],
    ["a tag's name over 512 characters", { ...document, tags: { ["x".repeat(513)]: "x" } }],
    ["a tag's name with a sign that names do not have", { ...document, tags: { "a/b": "x" } }],
    ["a tag's value over 256 characters", { ...document, tags: { a: "x".repeat(257) } }],
    ["another group's name", { ...document, name: "rg-other" }],
    ["another type", { ...document, type: "Microsoft.KeyVault/vaults" }],
    ["a list", []],
    ["nothing", undefined],
  ])("%s is refused", async (_, body) => {
    expect(codeOf(await put(body))).toEqual([400, "InvalidRequestContent"]);
  });

  test("is taken back as it was read", async () => {
    const { body } = await put(document);
    expect(await put(body)).toMatchObject({ status: 200, body });
  });

  test.each([
    ["ends-with.", "The provided resource group name 'ends-with.' has these invalid characters: '.'. "],
    ["a%20b", "The provided resource group name 'a b' has these invalid characters: ' '. "],
    ["a*b+c", "The provided resource group name 'a*b+c' has these invalid characters: '*+'. "],
  ])("%s is no name, for no method", async (name, start) => {
    const more = "The name can only be a letter, digit, '-', '.', '(', ')' or '_'.";
    for (const [method, body] of [["GET"], ["PUT", document], ["DELETE"]] as const) {
      expect(refusal(await ask(method, groupPath(emulator, name), body))).toEqual([
        400,
        "InvalidResourceGroup",
        start + more,
      ]);
    }
    expect(codeOf(await ask("GET", vaultPath(emulator, "kv-model", name)))).toEqual([400, "InvalidResourceGroup"]);
  });

  test("has a name of 1 to 90 characters, of any alphabet", async () => {
    expect(codeOf(await ask("PUT", groupPath(emulator, "x".repeat(91)), document))).toEqual([
      400,
      "InvalidResourceGroup",
    ]);
    for (const name of ["x".repeat(90), encodeURIComponent("gruppe-ä_(1).x")]) {
      expect((await ask("PUT", groupPath(emulator, name), document)).status).toBe(201);
    }
  });

  test("stays where it is", async () => {
    expect(codeOf(await put({ location: "northeurope" }))).toEqual([409, "InvalidResourceGroupLocation"]);
  });

  test("is managed by nobody here", async () => {
    expect(codeOf(await put({ ...document, managedBy: "/subscriptions/x" }))).toEqual([501, "NotImplemented"]);
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

  const flags = ["flag", "nothing"] as Kind[];
  test.each<[string, Kind[]]>([
    ["tags", ["object", "nothing"]],
    ["tags.stage", ["text"]],
    ["flavour", []],
    ["properties", []],
    ["properties.flavour", []],
    ["properties.tenantId", []],
    ["properties.sku", []],
    ["properties.sku.family", []],
    ["properties.sku.name", []],
    ["properties.sku.flavour", []],
    ["properties.accessPolicies", ["list", "nothing"]],
    ["properties.accessPolicies.0", []],
    ["properties.accessPolicies.0.tenantId", []],
    ["properties.accessPolicies.0.objectId", []],
    ["properties.accessPolicies.0.applicationId", ["nothing"]],
    ["properties.accessPolicies.0.flavour", []],
    ["properties.accessPolicies.0.permissions", ["object"]],
    ["properties.accessPolicies.0.permissions.secrets", ["list", "nothing"]],
    ["properties.accessPolicies.0.permissions.secrets.0", []],
    ["properties.accessPolicies.0.permissions.flavour", []],
    ["properties.enabledForDeployment", flags],
    ["properties.enabledForDiskEncryption", flags],
    ["properties.enabledForTemplateDeployment", flags],
    ["properties.enableSoftDelete", flags],
    ["properties.enableRbacAuthorization", flags],
    ["properties.enablePurgeProtection", flags],
    ["properties.softDeleteRetentionInDays", ["nothing"]],
    ["properties.networkAcls", ["object", "nothing"]],
    ["properties.networkAcls.bypass", ["nothing"]],
    ["properties.networkAcls.defaultAction", ["nothing"]],
    ["properties.networkAcls.ipRules", ["list", "nothing"]],
    ["properties.networkAcls.ipRules.0", []],
    ["properties.networkAcls.ipRules.0.value", []],
    ["properties.networkAcls.ipRules.0.flavour", []],
    ["properties.networkAcls.virtualNetworkRules", ["list", "nothing"]],
    ["properties.networkAcls.flavour", []],
    ["properties.publicNetworkAccess", ["nothing"]],
    ["properties.createMode", ["nothing"]],
  ])("%s takes %j", async (path, taken) => {
    expect(await takenBy(put, document(), path, "BadRequest")).toEqual(taken);
    // A change accepts the same.
    const patch = withValue(document(), "location", undefined);
    if (!path.startsWith("properties") || path === "properties") return;
    emulator.reset();
    await ask("PUT", groupPath(emulator), { location: "westeurope" });
    await put(document());
    expect(await takenBy((body) => ask("PATCH", vaultPath(emulator), body), patch, path, "BadRequest")).toEqual(taken);
  });

  test.each(["location", "sku", "tenantId"])("needs %s", async (name) => {
    const path = name === "location" ? name : `properties.${name}`;
    expect(codeOf(await put(withValue(document(), path, undefined)))).toEqual([400, "BadRequest"]);
  });

  test.each([
    ["10.0.0.0/8", "10.0.0.0/8 belongs to forbidden range 10.0.0.0–10.255.255.255 (private IP addresses)"],
    ["172.31.0.1", "172.31.0.1 belongs to forbidden range 172.16.0.0–172.31.255.255 (private IP addresses)"],
    ["192.168.1.0/24", "192.168.1.0/24 belongs to forbidden range 192.168.0.0–192.168.255.255 (private IP addresses)"],
    ["2001:db8::1", "an IPv4 address or CIDR range is expected"],
    ["203.0.113.1/33", "an IPv4 address or CIDR range is expected"],
    ["203.0.113.1/", "an IPv4 address or CIDR range is expected"],
    ["203.0.113", "an IPv4 address or CIDR range is expected"],
    ["203.0.113.1 ", "an IPv4 address or CIDR range is expected"],
  ])("takes no rule for %s", async (value, message) => {
    expect(refusal(await putWith("networkAcls.ipRules", [{ value }]))).toEqual([
      400,
      "BadRequest",
      `Invalid value found at properties.networkAcls.ipRules[0].value: ${message}`,
    ]);
  });

  test("takes 1000 rules for addresses, and none for virtual networks, which are not there", async () => {
    const rules = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ value: `203.0.${Math.floor(n / 250)}.${n % 250}` }));
    expect((await putWith("networkAcls.ipRules", rules(1000))).status).toBe(200);
    expect(codeOf(await putWith("networkAcls.ipRules", rules(1001)))).toEqual([400, "BadRequest"]);
    const subnet = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/default";
    const [status, code, message] = refusal(await putWith("networkAcls.virtualNetworkRules", [{ id: subnet }]));
    expect([status, code]).toEqual([501, "NotImplemented"]);
    expect(message).toContain("virtual network");
    expect(codeOf(await putWith("networkAcls.virtualNetworkRules", [{ id: "x" }]))).toEqual([400, "BadRequest"]);
  });

  test.each([
    ["an unknown permission", () => [{ ...policy(), permissions: { secrets: ["update"] } }]],
    ["a permission with a space", () => [{ ...policy(), permissions: { secrets: [" list"] } }]],
    ["another tenant's principal", () => [{ ...policy(), tenantId: guid }]],
    ["one principal twice", () => [policy(), policy()]],
    ["1025 of them", () => Array.from({ length: 1025 }, (_, n) => ({ ...policy(), objectId: numbered(n) }))],
  ])("takes no access policies with %s", async (_, policies) => {
    expect(refusal(await putWith("accessPolicies", policies()))).toEqual([
      400,
      "BadRequest",
      "An invalid value was provided for 'accessPolicies'.",
    ]);
  });

  const numbered = (n: number) => `11111111-2222-4333-8444-${String(n).padStart(12, "0")}`;

  test("takes 1024 access policies, in any case", async () => {
    const many = Array.from({ length: 1024 }, (_, n) => ({
      ...policy(),
      objectId: numbered(n),
      permissions: { secrets: ["Get", "PURGE"], keys: ["wrapKey"], certificates: ["managecontacts"] },
    }));
    expect((await putWith("accessPolicies", many)).status).toBe(200);
  });

  test("needs access policies where no roles decide, except when it is recovered", async () => {
    const byRoles = withValue(document(), "properties.accessPolicies", undefined);
    const without = withValue(byRoles, "properties.enableRbacAuthorization", false);
    expect(refusal(await put(without))).toEqual([400, "BadRequest", "The parameter accessPolicies is not specified."]);
    expect((await put(byRoles)).status).toBe(200);
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

  test("stays where it is", async () => {
    await put(document());
    expect(refusal(await put({ ...document(), location: "northeurope" }))).toEqual([
      409,
      "InvalidResourceLocation",
      "The resource 'kv-model' already exists in location 'westeurope' in resource group 'rg-model'. A resource with the same " +
        "name cannot be created in location 'northeurope'. Please select a new resource name.",
    ]);
  });

  test("is recovered by making it, not by a change", async () => {
    await put(document());
    const body = { properties: { createMode: "recover" } };
    expect(codeOf(await ask("PATCH", vaultPath(emulator), body))).toEqual([501, "NotImplemented"]);
  });

  test("is taken back as it was read, and under no other name", async () => {
    const { body } = await put(document());
    expect(await put(body)).toMatchObject({ status: 200, body });
    expect(codeOf(await put({ ...(body as object), name: "kv-other" }))).toEqual([400, "BadRequest"]);
  });

  test.each(["nothing", "a list"])("is not made of %s", async (what) => {
    expect(codeOf(await put(what === "nothing" ? undefined : []))).toEqual([400, "BadRequest"]);
    await put(document());
    const path = vaultPath(emulator);
    expect(codeOf(await ask("PATCH", path, what === "nothing" ? undefined : []))).toEqual([400, "BadRequest"]);
    expect(codeOf(await ask("PATCH", path, { location: "westeurope" }))).toEqual([400, "BadRequest"]);
  });

  test("a question about its name has two properties", async () => {
    const path = `${subscriptionPath(emulator)}/providers/Microsoft.KeyVault/checkNameAvailability`;
    const question = { name: "kv-model", type: "Microsoft.KeyVault/vaults" };
    expect((await ask("POST", path, question)).status).toBe(200);
    for (const name of ["name", "type", "flavour"]) {
      const taken = await takenBy((body) => ask("POST", path, body), question, name, "BadRequest");
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

  test.each<[string, Kind[]]>([
    ["tags", ["object", "nothing"]],
    ["tags.stage", ["text"]],
    ["flavour", []],
    ["properties", []],
    ["properties.flavour", []],
    ["properties.value", ["text"]],
    ["properties.contentType", ["text", "nothing"]],
    ["properties.attributes", ["object", "nothing"]],
    ["properties.attributes.enabled", ["flag", "nothing"]],
    ["properties.attributes.nbf", ["number", "nothing"]],
    ["properties.attributes.exp", ["number", "nothing"]],
    ["properties.attributes.flavour", []],
  ])("%s takes %j", async (property, taken) => {
    expect(await takenBy((body) => ask("PUT", path(), body), document, property, "BadRequest")).toEqual(taken);
  });

  test("is never repeated in a refusal", async () => {
    const body = withValue(document, "properties.value", "hidden".repeat(5000));
    const answer = await ask("PUT", path(), body);
    expect(codeOf(answer)).toEqual([400, "BadRequest"]);
    expect(JSON.stringify(answer.body)).not.toContain("hidden");
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

  test.each<[string, Kind[]]>([
    ["flavour", []],
    ["properties", []],
    ["properties.flavour", []],
    ["properties.principalId", []],
    ["properties.principalType", ["nothing"]],
    ["properties.description", ["text", "nothing"]],
    ["properties.condition", ["nothing"]],
    ["properties.conditionVersion", ["nothing"]],
    ["properties.delegatedManagedIdentityResourceId", ["nothing"]],
  ])("%s takes %j", async (property, taken) => {
    const send = async (body: object) => {
      const answer = await ask("PUT", path(), body);
      // Properties that are not served are not tested for types.
      return answer.status === 501 ? { ...answer, status: 400, body: asInvalid(answer) } : answer;
    };
    expect(await takenBy(send, document(), property, "InvalidRequestContent")).toEqual(taken);
  });

  const asInvalid = (answer: Answer) => {
    expect(refusal(answer)[1]).toBe("NotImplemented");
    return { error: { code: "InvalidRequestContent", message: "" } };
  };

  test.each(["condition", "conditionVersion", "delegatedManagedIdentityResourceId"])(
    "%s is not served",
    async (name) => {
      const body = withValue(document(), `properties.${name}`, "x");
      expect(refusal(await ask("PUT", path(), body))).toEqual([
        501,
        "NotImplemented",
        `The emulator's Resource Manager does not serve PUT ${path()} with ${name}.`,
      ]);
    },
  );

  test("names a role by its whole id", async () => {
    for (const value of ["x", 1, "", `/roleDefinitions/${guid}`]) {
      const answer = await ask("PUT", path(), withValue(document(), "properties.roleDefinitionId", value));
      expect([value, ...codeOf(answer)]).toEqual(
        typeof value === "string" ? [value, 404, "RoleDefinitionDoesNotExist"] : [value, 400, "InvalidRequestContent"],
      );
    }
  });

  test("keeps its description", async () => {
    const { body } = await ask("PUT", path(), document());
    expect(body).toMatchObject({ properties: { description: "why" } });
    expect((await ask("GET", path())).body).toEqual(body);
  });
});
