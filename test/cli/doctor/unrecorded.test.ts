/** What an interrupted run left is looked for by names in the state, which whoever can write there chooses; of every type that is declared. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { anything, AzureApi } from "../../../lib/azure/api";
import { vaultType } from "../../../lib/azure/key-vault";
import { isAnswered, tracesOf } from "../../../cli/doctor/unrecorded";
import { withShortPauses } from "../../support/pauses";

const getToken = jest.fn(() => Promise.resolve({ token: "canary", expiresOnTimestamp: Date.now() + 3_600_000 }));
const list = jest.fn(() => Promise.resolve([]));
const find = jest.fn((_path: string) => Promise.resolve(undefined));
const noting = { find, list } as unknown as AzureApi;

const unfinished = (type: string, inputs: Record<string, unknown>) => ({
  type: "creating",
  resource: { urn: `urn:pulumi:dev::p::${type}::x`, type, inputs },
});
const usedKeys = () => Promise.resolve(["00000000-0000"]);
const owns = jest.fn(() => Promise.resolve(true));
const group = "partner-tokens";
const traces = async (type: string, inputs: Record<string, unknown>, resourceManager = noting) =>
  await tracesOf(
    unfinished(type, inputs),
    { graph: noting, resourceManager, subscriptions: ["s"], group, usedKeys, owns },
    { resources: [], pending: [], others: [], text: "" },
  );

test("a role assignment's scope that names another host gets no token", async () => {
  const resourceManager = new AzureApi("Resource Manager", "https://management.example", { getToken });
  const type = "azure-native:authorization:RoleAssignment";
  const asked = traces(type, { scope: "@127.0.0.1:1/subscriptions/s", roleAssignmentName: "r" }, resourceManager);
  await expect(withShortPauses(() => asked)).rejects.toMatchObject({ code: "http-elsewhere" });
  expect(getToken.mock.calls).toEqual([]);
});

const hostile = "g/x?y#z";
const literal = "g%2Fx%3Fy%23z";

test.each([
  [
    "azure-native:resources:ResourceGroup",
    { resourceGroupName: hostile },
    `/subscriptions/s/resourceGroups/${literal}?api-version=2021-04-01`,
  ],
  [
    vaultType,
    { resourceGroupName: hostile, vaultName: hostile },
    `/subscriptions/s/resourceGroups/${literal}/providers/Microsoft.KeyVault/vaults/${literal}?api-version=2026-02-01`,
  ],
  [
    "azure-native:authorization:RoleAssignment",
    { scope: "/subscriptions/s/resourceGroups/g?#", roleAssignmentName: hostile },
    `/subscriptions/s/resourceGroups/g%3F%23/providers/Microsoft.Authorization/roleAssignments/${literal}?api-version=2022-04-01`,
  ],
  [
    "azure-native:monitor:DiagnosticSetting",
    { resourceUri: "/subscriptions/s/resourceGroups/g?#", name: hostile },
    `/subscriptions/s/resourceGroups/g%3F%23/providers/Microsoft.Insights/diagnosticSettings/${literal}?api-version=2021-05-01-preview`,
  ],
  [
    "azuread:index/applicationPassword:ApplicationPassword",
    { applicationId: "/applications/a?#" },
    "/v1.0/applications/a%3F%23",
  ],
])("a name of %s leads to no other resource", async (type, inputs, path) => {
  find.mockClear();
  await traces(type, inputs);
  expect(find.mock.calls.map(([asked]) => asked)).toEqual([path]);
});

test.each([
  [
    "its own application has no older one, however far the clocks are apart",
    "azuread:index/application:Application",
    ["k"],
  ],
  ["an adopted one may have an older one of that name, which is left", "pulumi-nodejs:dynamic/partner:Adoption", []],
])("a client secret that was made and not recorded: %s", async (_, type, removed) => {
  const begun = { displayName: "initial", startDateTime: "2026-11-29T08:00:00Z" };
  // The second is the one that the record has.
  const passwordCredentials = [
    { keyId: "k", ...begun },
    { keyId: "00000000-0000", ...begun },
  ];
  const graph = { find: () => Promise.resolve({ id: "a", passwordCredentials }) } as unknown as AzureApi;
  const secret = { applicationId: "/applications/a", displayName: "initial" };
  const made = await tracesOf(
    unfinished("azuread:index/applicationPassword:ApplicationPassword", secret),
    { graph, resourceManager: noting, subscriptions: ["s"], group, usedKeys, owns },
    {
      resources: [{ urn: "u", type, id: "/applications/a", created: "2026-11-29T12:00:00Z" }],
      pending: [],
      others: [],
      text: "",
    },
  );
  expect(made.flatMap(({ credential }) => credential?.keyId ?? [])).toEqual(removed);
});

test("an empty group is imported only if the settings name it", async () => {
  const there = {
    find: (path: string) => Promise.resolve({ id: path }),
    list: () => Promise.resolve([]),
  } as unknown as AzureApi;
  const of = async (resourceGroupName: string) => {
    const [trace] = await traces("azure-native:resources:ResourceGroup", { resourceGroupName }, there);
    return [trace?.id, trace?.own?.text];
  };
  expect(await of("Partner-Tokens")).toEqual(["/subscriptions/s/resourceGroups/Partner-Tokens", undefined]);
  expect(await of("theirs")).toEqual([undefined, "Find out who wrote that, and restore the previous state"]);
});

/** The types of the resources that the components declare: of a provider's package, and of this project's own classes. */
function declaredTypes(): string[] {
  const folder = join(__dirname, "../../../components");
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const types = texts.flatMap((text) => {
    const packages = [...text.matchAll(/import (?:\* as (\w+)|\{ (\w+) \}) from "(@pulumi\/az[^"]+)"/gu)];
    const vendors = packages.flatMap(([, all, one, module = ""]) => {
      const made = all === undefined ? `(${one})` : `${all}\\.(\\w+)`;
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- named by what is declared
      const known = require(module) as Record<string, { __pulumiType?: string } | undefined>;
      const names = [...text.matchAll(new RegExp(`new ${made}\\(`, "gu"))].map(([, name = ""]) => name);
      return names.map((name) => known[name]?.__pulumiType ?? `${module} ${name}`);
    });
    const dynamic = [...text.matchAll(/super\(\s*"(\w+)"/gu)];
    const vault = [...text.matchAll(/super\(vaultType,/gu)].map(() => vaultType);
    return [...vendors, ...dynamic.map(([, name]) => `pulumi-nodejs:dynamic/partner:${name}`), ...vault];
  });
  // Each class of a resource of its own is one of the forms above.
  const classes = texts.flatMap((text) => [
    ...text.matchAll(/class (\w+) extends (?:DynamicResource|pulumi\.CustomResource)/gu),
  ]);
  const own = types.filter((type) => /^pulumi-nodejs|keyvault/u.test(type));
  expect(classes.map(([, name]) => name).filter((name) => name !== "DynamicResource")).toHaveLength(own.length);
  return [...new Set(types)].filter((type) => !["azuread", "azure-native"].includes(type)).toSorted();
}

test("every type that the program or the bootstrap program declares has an answer to what a killed creation left", () => {
  const types = declaredTypes();
  expect(types).toHaveLength(23);
  expect(types).toEqual(
    expect.arrayContaining(["azuread:index/application:Application", "azure-native:storage:BlobContainer"]),
  );
  expect(types.filter((type) => !isAnswered(type))).toEqual([]);
});

test("nor does a group's", async () => {
  await traces("azuread:index/groupMember:GroupMember", { groupObjectId: "g?#", memberObjectId: "m" });
  expect(list.mock.calls).toEqual([["/beta/groups/g%3F%23/members?$filter=id%20eq%20'm'", anything]]);
});
