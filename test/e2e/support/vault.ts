/** The stack's vault with the vendor's own SDK and the deployer's token, for an administrator's actions. */
import { SecretClient } from "@azure/keyvault-secrets";
import { deployerCredential } from "./deployer";
import type { Project } from "./project";

export async function openVault(project: Project): Promise<SecretClient> {
  const { vaultUri } = await project.outputs();
  return openVaultAt(project, vaultUri);
}

export function openVaultAt(project: Project, uri: string): SecretClient {
  return new SecretClient(uri, deployerCredential(project), { disableChallengeResourceVerification: true });
}

export interface Version {
  version: string;
  enabled: boolean;
  tags: Record<string, string>;
  /** Milliseconds. */
  createdOn: number;
}

/** Versions of a secret, oldest first. */
export async function versionsOf(vault: SecretClient, name: string): Promise<Version[]> {
  const versions: Version[] = [];
  for await (const { enabled, tags, version, createdOn } of vault.listPropertiesOfSecretVersions(name)) {
    versions.push({
      version: version ?? "",
      enabled: enabled === true,
      tags: tags ?? {},
      createdOn: createdOn?.getTime() ?? 0,
    });
  }
  return versions.sort((a, b) => a.createdOn - b.createdOn);
}

export const tokenVersions = async (project: Project): Promise<Version[]> =>
  await versionsOf(await openVault(project), (await project.outputs()).refreshTokenName);

export async function disableTokens(project: Project): Promise<void> {
  const vault = await openVault(project);
  const { refreshTokenName } = await project.outputs();
  for (const { version, enabled } of await tokenVersions(project))
    if (enabled) await vault.updateSecretProperties(refreshTokenName, version, { enabled: false });
}

export async function enableToken(project: Project): Promise<void> {
  const { version } = newestOf(await tokenVersions(project));
  const { refreshTokenName } = await project.outputs();
  await (await openVault(project)).updateSecretProperties(refreshTokenName, version, { enabled: true });
}

export function newestOf(versions: readonly Version[]): Version {
  const newest = versions.at(-1);
  if (newest === undefined) throw new Error("The secret has no version.");
  return newest;
}
