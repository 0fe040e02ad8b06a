/** Key Vault's types in azure-native: one for each API version in its metadata, with the same behaviour. */
import { type ArmResource, armResource, type LocalResource } from "./arm-resource";

/** Source: the npm SDK's documentation of Vault, Secret and Key in 3.28.0, the default first. */
const versions = [
  "2024-11-01",
  ...["2023-02-01", "2023-07-01", "2024-04-01-preview", "2024-12-01-preview", "2025-05-01", "2026-02-01"],
  "2026-03-01-preview",
] as const;

/** Of requests that only this plugin sends, because the embedded cloud's vaults have no host names. */
export const ownVersion = "2026-02-01";

/** The real plugin creates secrets and keys of any version with it: custom_keyvault.go has one client. */
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
