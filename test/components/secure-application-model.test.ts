import type { Stack } from "./declared";
import { leastResources, stackOf, tenantId } from "./model";
import { clientSecret } from "../providers/provider-answers";

let least: Stack;
beforeAll(async () => {
  least = await stackOf();
});

test("the least model declares exactly these resources, and asks exactly this", () => {
  const { resources, calls } = least;
  expect(resources).toEqual(leastResources);
  expect(calls).toEqual([
    "azure-native:authorization:getClientConfig {} by azure-native",
    "azuread:index/getClientConfig:getClientConfig {} by azuread",
    'azuread:index/getDirectoryObject:getDirectoryObject {"objectId":"deployer-object-id"} by azuread',
    'azuread:index/getDomains:getDomains {"onlyDefault":true} by azuread',
  ]);
});

test("components register names and ids as their outputs, and no secret", () => {
  const { outputs } = least;
  expect(outputs).toEqual({
    "PartnerApplication partner": {
      clientId: "client-id",
      objectId: "application-object-id",
      servicePrincipalObjectId: "service-principal-object-id",
    },
    "TokenVault partner": { uri: "https://partner-tokens.vault.azure.net/" },
    "SecureApplicationModel partner": {
      refreshTokenName: `refresh-token-${tenantId}`,
      clientSecretName: "client-secret-initial-11111111",
    },
  });
});

test("the client secret goes to the vault, as a secret, and nowhere else", () => {
  const { resources } = least;
  const holders = Object.entries(resources).filter(([, one]) => JSON.stringify(one).includes(clientSecret));
  expect(holders.map(([key]) => key)).toEqual(["VaultSecret partner-initial"]);
});

test("an application has an identifier of its own in each tenant, and the same in every run", async () => {
  const again = await stackOf();
  expect(again.resources).toEqual(least.resources);
  const other = await stackOf({ tenantId: "dddddddd-1111-4222-8333-444444444444" });
  const uri = ({ resources }: Stack) => resources["Application partner"]?.inputs["identifierUris"];
  expect(uri(other)).not.toEqual(uri(least));
});
