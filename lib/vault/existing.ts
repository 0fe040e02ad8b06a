/** Checks an existing vault before anything is declared: the first preview reports its problems. */
import { azureCredential } from "../azure/credential";
import { type Cloud, vaultNameIn } from "../config/clouds";
import { az, byPerson, Failure, type Fix } from "../errors/failure";
import { requireVault } from "./challenge";
import { Vault } from "./secrets";
import { VaultError } from "./vault-error";

/** @param secretName must exist in it @returns a warning, if any @throws Failure for a wrong URI or secret */
export async function requireExistingVault(
  cloud: Cloud,
  uri: string,
  secretName: string | undefined,
): Promise<string | undefined> {
  // A private endpoint, or an outage: the rest of a preview is still useful.
  if (!(await requireVault(cloud, uri)))
    return `The vault ${uri} does not answer this machine. Check its URI, the network and the proxy.`;
  if (secretName === undefined) return undefined;
  const versions = await new Vault(cloud, uri, azureCredential(cloud)).listVersions(secretName).catch(refused);
  if (versions === undefined) return undefined;
  const [newest] = versions;
  if (newest?.enabled === true) return undefined;
  const why = newest === undefined ? "has no secret" : "has, but disabled, the secret";
  throw new Failure(
    "vault-no-client-secret",
    `The vault ${uri} ${why} ${secretName}, which the setting credential.vaultSecretName names.`,
    putClientSecret(secretName, vaultNameIn(uri)),
  );
}

/** For a client secret that this program does not create. */
export function putClientSecret(name: string, vault = "<vault name>"): Fix {
  return byPerson(
    "Put a client secret of the application there, from a file that you delete",
    az("keyvault", "secret", "set", "--vault-name", vault, "--name", name, "--file", "<file>"),
  );
}

/** If the vault refuses access here, the consent reports what it needs. */
function refused(error: unknown): undefined {
  if (!(error instanceof VaultError)) throw error;
}
