/** The stack's vault with the vendor's own SDK and the deployer's token, for an administrator's actions. */
import { SecretClient } from "@azure/keyvault-secrets";
import { deployerCredential } from "./deployer";
import type { Project } from "./project";

export async function openVault(project: Project): Promise<SecretClient> {
  const { vaultUri } = await project.outputs();
  return openVaultAt(project, String(vaultUri));
}

/** Any vault of the cloud. */
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

export function newestOf(versions: readonly Version[]): Version {
  const newest = versions.at(-1);
  if (newest === undefined) throw new Error("The secret has no version.");
  return newest;
}
