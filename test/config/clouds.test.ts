import {
  type Cloud,
  type CloudName,
  cloudNames,
  cloudOf,
  cloudOfInstance,
  clouds,
  vaultOriginIn,
} from "../../lib/config/clouds";
import { ownEndpoints } from "../support/own-endpoints";

/** docs/clouds.md contains the values: clouds-page.test.ts. */
test.each(["authority", "vaultSuffix", "providerEnvironment", "instanceName", "tokenExchangeAudience"] as const)(
  "no two clouds have the same %s",
  (part) => {
    expect(new Set(cloudNames.map((name) => clouds[name][part])).size).toBe(3);
  },
);

test("a vault lies in one cloud alone", () => {
  const takes = (name: CloudName, uri: string): boolean => {
    try {
      return vaultOriginIn(clouds[name], uri) !== "";
    } catch {
      return false;
    }
  };
  for (const home of cloudNames) {
    const uri = `https://contoso.${clouds[home].vaultSuffix}/`;
    expect(cloudNames.filter((name) => takes(name, uri))).toEqual([home]);
  }
});

test("a vault of Microsoft's beside endpoints of one's own: these are named, and no cloud, which changes nothing", () => {
  const refusal = (cloud: Cloud) => {
    try {
      return vaultOriginIn(cloud, "https://contoso.vault.azure.net/");
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(refusal(cloudOf("AzureCloud", ownEndpoints()))).toMatch(
    /Endpoints of your own replace Microsoft's\. For Microsoft's own services leave the endpoints out: SECURE_APP_MODEL_ENDPOINTS(?!.*--cloud)/u,
  );
  expect(refusal(clouds.AzureUSGovernment)).toMatch(/--cloud AzureCloud/u);
});

test("a stack's endpoints lie over its cloud's row and change no other row", () => {
  const own = ownEndpoints();
  const before = structuredClone(clouds);
  expect(cloudOf("AzureChinaCloud", own)).toEqual({ ...before.AzureChinaCloud, ...own });
  expect(cloudOf("AzureCloud")).toEqual(before.AzureCloud);
  expect(clouds).toEqual(before);
});

test("discovery's instance names lead back to their cloud, and an unknown one to none", () => {
  expect(cloudNames.map((name) => cloudOfInstance(clouds[name].instanceName))).toEqual(cloudNames);
  expect(cloudOfInstance("microsoftonline.de")).toBeUndefined();
});

const embedded = cloudOf("AzureCloud", ownEndpoints());

test.each<[Cloud, string, string]>([
  [clouds.AzureCloud, "https://contoso.vault.azure.net", "https://contoso.vault.azure.net"],
  [clouds.AzureCloud, "https://contoso.vault.azure.net/", "https://contoso.vault.azure.net"],
  [clouds.AzureCloud, "https://CONTOSO.Vault.Azure.Net/", "https://contoso.vault.azure.net"],
  [clouds.AzureCloud, "https://contoso.vault.azure.net:443/", "https://contoso.vault.azure.net"],
  [clouds.AzureUSGovernment, "https://contoso.vault.usgovcloudapi.net/", "https://contoso.vault.usgovcloudapi.net"],
  [clouds.AzureChinaCloud, "https://contoso.vault.azure.cn/", "https://contoso.vault.azure.cn"],
  [embedded, "https://127.0.0.1:9005/", "https://127.0.0.1:9005"],
])("in $name, %s is a vault", (cloud, uri, origin) => {
  expect(vaultOriginIn(cloud, uri)).toBe(origin);
});

test.each<[Cloud, string]>([
  [clouds.AzureCloud, "https://evilvault.azure.net.example/"],
  [clouds.AzureCloud, "https://contoso.vault.azure.net.evil.example/"],
  [clouds.AzureCloud, "https://evilvault.azure.net/"],
  [clouds.AzureCloud, "https://contoso.vault.azure.net@evil.example/"],
  [clouds.AzureCloud, "https://evil.example/contoso.vault.azure.net"],
  [clouds.AzureCloud, "https://evil.example/?.vault.azure.net"],
  [clouds.AzureCloud, "https://evil.example#.vault.azure.net"],
  [clouds.AzureCloud, "https://contoso.vault.azure.net./"],
  [clouds.AzureCloud, "http://contoso.vault.azure.net/"],
  [clouds.AzureCloud, "https://contoso.vault.azure.net/secrets"],
  [clouds.AzureCloud, "https://contoso.vault.azure.cn/"],
  [clouds.AzureCloud, "https://contoso.vault.usgovcloudapi.net/"],
  [clouds.AzureUSGovernment, "https://contoso.vault.azure.net/"],
  [clouds.AzureCloud, "https://127.0.0.1:9005/"],
  [clouds.AzureCloud, "contoso.vault.azure.net"],
  [clouds.AzureCloud, "contoso"],
  [clouds.AzureCloud, ""],
  [embedded, "https://127.0.0.2:9005/"],
  [embedded, "https://127.0.0.1.evil.example/"],
  [embedded, "http://127.0.0.1:9005/"],
])("in $name, %s is none, and the error says what would be", (cloud, uri) => {
  const shape = cloud === embedded ? "https://127.0.0.1:<port>/" : `https://<vault name>.${cloud.vaultSuffix}/`;
  const look = () => vaultOriginIn(cloud, uri);
  expect(look).toThrow(`The vault URI "${uri}" is not one of ${cloud.name}: expected ${shape}. `);
  expect(look).toThrow(
    "See a vault's URI, and name that: az keyvault show --name '<vault name>' --query properties.vaultUri --output tsv",
  );
});
