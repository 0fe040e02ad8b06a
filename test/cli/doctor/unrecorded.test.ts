/** What an interrupted run left is looked for by names in the state, which whoever can write there chooses. */
import { anything, AzureApi } from "../../../azure/api";
import { tracesOf } from "../../../cli/doctor/unrecorded";
import { withShortPauses } from "../../support/pauses";

const getToken = jest.fn(() => Promise.resolve({ token: "canary", expiresOnTimestamp: Date.now() + 3_600_000 }));
const list = jest.fn(() => Promise.resolve([]));
const find = jest.fn((_path: string) => Promise.resolve(undefined));
const noting = { find, list } as unknown as AzureApi;

const unfinished = (type: string, inputs: Record<string, unknown>) => ({
  type: "creating",
  resource: { urn: `urn:pulumi:dev::p::${type}::x`, type, inputs },
});
const traces = async (type: string, inputs: Record<string, unknown>, resourceManager = noting) =>
  await tracesOf(
    unfinished(type, inputs),
    { graph: noting, resourceManager, subscriptions: ["s"] },
    { resources: [], pending: [] },
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
    "azure-native:keyvault:Vault",
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

test("nor does a group's", async () => {
  await traces("azuread:index/groupMember:GroupMember", { groupObjectId: "g?#", memberObjectId: "m" });
  expect(list.mock.calls).toEqual([["/beta/groups/g%3F%23/members?$filter=id%20eq%20'm'", anything]]);
});
