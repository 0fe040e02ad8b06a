/** A former program's state: azure-native's default Key Vault types, whose API version Azure will retire. */
import { formerType, keyVaultType } from "../lib/azure/key-vault";

interface Resource {
  urn: string;
  type: string;
  id?: string;
  provider?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** What `pulumi stack export` prints; secrets in it are encrypted, and stay so. */
export interface ExportedState {
  deployment: { resources: Resource[] };
}

/** The version of Key Vault's API in it. */
export const formerVersion = "2024-11-01";

export function asFormerState(state: ExportedState): ExportedState {
  const azureApiVersion = formerVersion;
  const { resources } = state.deployment;
  const vault = resources.find(({ type }) => type === keyVaultType("Vault"));
  const azureNative = resources.find(({ type }) => type === "pulumi:providers:azure-native");
  const provider = `${azureNative?.urn ?? ""}::${azureNative?.id ?? ""}`;
  const changed = resources.map((resource): Resource => {
    const kind = kinds[resource.type];
    const { inputs = {}, outputs = {} } = resource;
    if (kind === undefined) return resource;
    const type = formerType(kind);
    if (kind === "Vault") {
      return { ...resource, type, inputs: { ...inputs, azureApiVersion }, outputs: { ...outputs, azureApiVersion } };
    }
    const former = { ...formerInputs[kind](inputs), ...placeOf(vault), azureApiVersion };
    const name = String(inputs["secretName"] ?? inputs["keyName"]);
    const id = `${vault?.id ?? ""}/${kind === "Secret" ? "secrets" : "keys"}/${name}`;
    return { ...resource, type, provider, id, inputs: former, outputs: { azureApiVersion, name, id } };
  });
  // A type is part of a resource's URN, which others depend on.
  const text = resources.reduce(
    (all, { urn, type }) => {
      const kind = kinds[type];
      return kind === undefined ? all : all.replaceAll(urn, urn.replace(type, formerType(kind)));
    },
    JSON.stringify({ ...state, deployment: { ...state.deployment, resources: changed } }),
  );
  return JSON.parse(text) as ExportedState;
}

type Kind = "Vault" | "Secret" | "Key";

const kinds: Readonly<Record<string, Kind>> = {
  [keyVaultType("Vault")]: "Vault",
  "pulumi-nodejs:dynamic/partner:VaultSecret": "Secret",
  "pulumi-nodejs:dynamic/partner:VaultKey": "Key",
};

type Inputs = Readonly<Record<string, unknown>>;

const formerInputs = {
  Secret: ({ secretName, value, contentType, expiresOn }: Inputs) => ({
    secretName,
    properties: { value, contentType, attributes: { expires: Math.floor(Date.parse(String(expiresOn)) / 1000) } },
  }),
  Key: ({ keyName, properties }: Inputs) => ({ keyName, properties }),
};

function placeOf(vault: Resource | undefined): object {
  const { resourceGroupName, vaultName } = vault?.inputs ?? {};
  return { resourceGroupName, vaultName };
}
