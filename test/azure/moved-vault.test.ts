/** A vault that is not where the settings describe it: moved by somebody, or described elsewhere by a changed setting. */
import { type AzureApi, ApiError } from "../../lib/azure/api";
import { findVault, type VaultPlace } from "../../lib/azure/find-vault";

const uri = "https://contoso.vault.azure.net/";
const idIn = (group: string) => `/subscriptions/s/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/contoso`;
const place: VaultPlace = {
  ...{ subscriptionId: "s", resourceGroupName: "own", location: "westeurope", name: "contoso", retentionDays: 90 },
  groupExists: undefined,
};

/** @returns the failure's code, and the lines of each of its fixes */
async function found(isIn: string, made: VaultPlace["made"]): Promise<[string, string[]]> {
  const there = { id: idIn(isIn), name: "contoso", location: "westeurope", properties: { vaultUri: uri } };
  const api = {
    get: (path: string) =>
      path.startsWith(there.id)
        ? Promise.resolve(there)
        : Promise.reject(new ApiError(404, "ResourceNotFound", { what: "There is none." })),
    find: () => Promise.resolve(undefined),
    list: (path: string) => {
      if (path.startsWith("/subscriptions?")) return Promise.resolve([{ subscriptionId: "s" }]);
      return Promise.resolve(path.includes("/deletedVaults") ? [] : [there]);
    },
  } as unknown as AzureApi;
  const failure = await findVault(api, { ...place, made }).then(
    ({ state }) => ({ code: state, fixes: [] }),
    (error: unknown) => error as { code: string; fixes: { commands: { args: string[] }[] }[] },
  );
  const lines = failure.fixes.map(({ commands }) => commands.map(({ args }) => args.slice(0, 2).join(" ")).join(", "));
  return [failure.code, lines];
}

const back = "resource move, up";
const keep = "role assignment, refresh, state delete, config rm, config set, up";
const group = "urn:pulumi:dev::p::azure-native:resources:ResourceGroup::partner";
const recorded = { uri, id: idIn("own"), isKept: true, group };

test.each<[string, string, VaultPlace["made"], [string, string[]]]>([
  ["moved: back, or kept", "elsewhere", recorded, ["vault-moved", [back, keep]]],
  ["moved, in a deployment, which takes it out", "elsewhere", { ...recorded, isKept: false }, ["vault-moved", [keep]]],
  ["moved, and taken out of the state: kept", "elsewhere", { ...recorded, id: undefined }, ["vault-moved", [keep]]],
  ["in its place, and not in the state: kept", "own", { ...recorded, id: undefined }, ["vault-dropped", [keep]]],
  ["in its place", "own", recorded, ["live", []]],
  ["of a stack that was not deployed", "own", undefined, ["live", []]],
  [
    "where the state has it: the setting is another",
    "elsewhere",
    { ...recorded, id: idIn("ELSEWHERE") },
    ["vault-elsewhere", ["config set", "config set"]],
  ],
  [
    "another one's: the stack has worked with another address",
    "elsewhere",
    { ...recorded, uri: "https://fabrikam.vault.azure.net", id: undefined },
    ["vault-elsewhere", ["config set", "config set"]],
  ],
])("a vault that is %s", async (_, isIn, made, expected) => {
  expect(await found(isIn, made)).toEqual(expected);
});
