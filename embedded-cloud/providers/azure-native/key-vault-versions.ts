/** Key Vault's types in azure-native: one for each API version that its metadata has, all with the same behaviour. */
import { type ArmResource, armResource, type LocalResource } from "./arm-resource";

/** Source: the npm SDK's documentation of Vault, Secret and Key in 3.28.0, the default first. */
const versions = [
  "2024-11-01",
  ...["2023-02-01", "2023-07-01", "2024-04-01-preview", "2024-12-01-preview", "2025-05-01", "2026-02-01"],
  "2026-03-01-preview",
] as const;

/** The version of this plugin's own requests, which the real one does not send: the embedded cloud's vaults have no names. */
export const ownVersion = "2026-02-01";

/** The real plugin creates a secret and a key of any version by its default one: custom_keyvault.go builds its client once, from that type. */
export const [createVersion] = versions;

/** The type of the default version has no version in its token. */
export function keyVaultResource(
  kind: string,
  definition: Omit<ArmResource, "token" | "apiVersion">,
): readonly LocalResource[] {
  return versions.map((apiVersion, index) => {
    const version = index === 0 ? "" : `/v${apiVersion.replaceAll("-", "")}`;
    return armResource({ ...definition, token: `azure-native:keyvault${version}:${kind}`, apiVersion });
  });
}
