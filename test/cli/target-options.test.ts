import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../cli/terminal/exit-code";
import { targetOf, type TargetOptions } from "../../cli/options/target-options";
import { clouds } from "../../lib/config/clouds";
import { ownEndpoints } from "../support/own-endpoints";

const vault = "https://contoso.vault.azure.net/";
const endpoints = ownEndpoints({ authority: "https://127.0.0.1:9000" });

test("options name cloud and vault; the vault becomes its origin", () => {
  expect(targetOf({ cloud: "AzureCloud", vault }, {})).toEqual({
    cloud: clouds.AzureCloud,
    vaultUri: "https://contoso.vault.azure.net",
  });
});

test("environment variables stand in for options, and options go before them", () => {
  const environment = {
    SECURE_APP_MODEL_CLOUD: "AzureUSGovernment",
    SECURE_APP_MODEL_VAULT: "https://127.0.0.1:9005",
    SECURE_APP_MODEL_ENDPOINTS: JSON.stringify(endpoints),
  };
  expect(targetOf({}, environment)).toEqual({
    cloud: { ...clouds.AzureUSGovernment, ...endpoints },
    vaultUri: "https://127.0.0.1:9005",
  });
  expect(targetOf({ cloud: "AzureCloud", vault, endpoints: "{}" }, environment)).toEqual({
    cloud: clouds.AzureCloud,
    vaultUri: "https://contoso.vault.azure.net",
  });
});

test("endpoints may be a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "target-options-test-"));
  const path = join(folder, "endpoints.json");
  writeFileSync(path, JSON.stringify(endpoints));
  const { cloud } = targetOf({ cloud: "AzureCloud", vault: "https://127.0.0.1:9005", endpoints: path }, {});
  rmSync(folder, { recursive: true });
  expect(cloud).toEqual({ ...clouds.AzureCloud, ...endpoints });
});

const cloudHint = "--cloud AzureCloud (pulumi stack output cloud)";
const vaultHint = "--vault https://<vault name>.vault.azure.net/ (pulumi stack output vaultUri)";

test.each<[string, TargetOptions, string]>([
  ["no cloud and no vault", {}, `Cloud or vault is missing. Add ${cloudHint} and ${vaultHint}.`],
  ["no cloud", { vault }, `Cloud or vault is missing. Add ${cloudHint}.`],
  ["no vault", { cloud: "AzureCloud" }, `Cloud or vault is missing. Add ${vaultHint}.`],
  [
    "a cloud that does not exist",
    { cloud: "azure", vault },
    'There is no cloud "azure". Clouds: AzureCloud, AzureUSGovernment, AzureChinaCloud.',
  ],
  [
    "a cloud that closed",
    { cloud: "AzureGermanCloud", vault },
    'There is no cloud "AzureGermanCloud". AzureGermanCloud closed on 2021-10-29. Clouds: AzureCloud, AzureUSGovernment, AzureChinaCloud.',
  ],
  [
    "a vault of another cloud",
    { cloud: "AzureChinaCloud", vault },
    `The vault URI "${vault}" is not one of AzureChinaCloud: expected https://<vault name>.vault.azure.cn/. ` +
      "Name the cloud that it lies in: secure-app-model '<command>' --cloud AzureCloud; " +
      "or: See a vault's URI, and name that: az keyvault show --name '<vault name>' --query properties.vaultUri --output tsv, " +
      "then secure-app-model '<command>' --vault '<uri>'",
  ],
  [
    "an endpoint that is none",
    { cloud: "AzureCloud", vault, endpoints: '{"authority":"http://login.example"}' },
    'The endpoint "authority" is not valid: "http://login.example". Known are authority, partnerCenter, microsoftGraph, ' +
      "resourceManager, azureAdGraph, vaultSuffix, metadataHost; origins are https, without a path.",
  ],
])("%s is told with what to type", (_, options, text) => {
  expect(() => targetOf(options, {})).toThrow(new UsageError(text));
});
