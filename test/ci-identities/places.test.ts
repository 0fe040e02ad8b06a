/** The scopes of the roles in a model's vault, which follow from tags that whoever stores the token writes. */
import type { AzureApi } from "../../lib/azure/api";
import { placesOf } from "../../lib/ci-identities/look";

const vault = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv";
const tenantId = "5e1d8f6a-2c94-4b7e-8a35-7d0f1c6b9e20";

const recordFor = async (credential: string) => {
  const answers: readonly (readonly [string, object | undefined])[] = [
    ["/secrets/refresh-token-", { tags: { credential } }],
    ["/vaults/kv?", { id: vault, properties: { vaultUri: "https://kv.vault.azure.net/" } }],
    ["/secrets/", undefined],
    ["", { id: "/subscriptions/s/resourceGroups/g" }],
  ];
  const find = (path: string) => Promise.resolve(answers.find(([part]) => path.includes(part))?.[1]);
  const made = { createResourceGroup: true, retentionDays: 90, readers: [] };
  const place = { name: "kv", resourceGroupName: "g", location: "westeurope", ...made };
  const model = { stack: "dev", subscriptionId: "s", vault: place, vaultSecretName: "portal-secret" };
  return (await placesOf({ find } as unknown as AzureApi, tenantId, model)).record;
};

test.each(["client-credential-1a2b3c4d", "portal-secret"])("renew reads %s", async (name) => {
  expect(await recordFor(name)).toBe(`${vault}/secrets/${name}`);
});

test.each([
  "database-password",
  `refresh-token-${tenantId}`,
  "x/../../..",
  "../../../../../../../..",
  "client-credential-1a2b3c4d/../database-password",
])("no role follows from a tag that names %s", async (name) => {
  expect(await recordFor(name)).toBeUndefined();
});
