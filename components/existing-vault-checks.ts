/** Looks at a vault that exists before anything is declared: the first preview says what is wrong with it. */
import * as pulumi from "@pulumi/pulumi";
import { azureCredential } from "../azure/credential";
import type { Cloud } from "../config/clouds";
import { requireVault } from "../vault/challenge";
import { type SecretVersion, Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";

/**
 * @param secretName a client secret that has to be in it; undefined: none
 * @throws Error when the URI is of another cloud, when no vault answers there, or when the secret is not in it; CredentialError
 */
export async function requireExistingVault(cloud: Cloud, uri: string, secretName: string | undefined): Promise<void> {
  if (!(await requireVault(cloud, uri))) {
    // A private endpoint, or an outage: the rest of a preview is worth having.
    await pulumi.log.warn(`The vault ${uri} does not answer this machine. Check its URI, the network and the proxy.`);
    return;
  }
  if (secretName === undefined) return;
  const versions = await versionsOf(new Vault(cloud, uri, azureCredential(cloud)), secretName);
  if (versions === undefined || versions[0]?.enabled) return;
  const why = versions.length === 0 ? "has no secret" : "has, but disabled, the secret";
  throw new Error(
    `The vault ${uri} ${why} ${secretName}, which the setting clientSecret.vaultSecretName names. Put the application's client secret ` +
      `there, from a file that you delete:\n` +
      `  az keyvault secret set --vault-name <vault name> --name ${secretName} --file <file>`,
  );
}

/** Undefined when the vault does not let us look: the consent says what it needs. */
async function versionsOf(vault: Vault, secretName: string): Promise<SecretVersion[] | undefined> {
  try {
    return await vault.listVersions(secretName);
  } catch (error) {
    if (error instanceof VaultError) return undefined;
    throw error;
  }
}
