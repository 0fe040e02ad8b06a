/** Checks an existing vault before anything is declared: the first preview reports its problems. */
import { azureCredential } from "../azure/credential";
import { type Cloud, vaultNameIn } from "../config/clouds";
import { clientSecretType } from "../config/limits";
import { az, byPerson, Failure, type Fix } from "../errors/failure";
import { requireVault } from "./challenge";
import { Vault } from "./secrets";
import { VaultError } from "./vault-error";

/**
 * @param secretName must exist in it @param makesCertificate whether the stack makes one in it
 * @returns a warning, if any @throws Failure for a wrong URI or secret
 */
export async function requireExistingVault(
  cloud: Cloud,
  uri: string,
  secretName: string | undefined,
  makesCertificate = false,
): Promise<string | undefined> {
  // A private endpoint, or an outage: the rest of a preview is still useful.
  if (!(await requireVault(cloud, uri)))
    return `The vault ${uri} does not answer this machine. Check its URI, the network and the proxy.`;
  const vault = new Vault(cloud, uri, azureCredential(cloud));
  if (secretName === undefined && makesCertificate)
    return await vault.certificates.names("").then(() => undefined, lacksCertificates(uri));
  if (secretName === undefined) return undefined;
  const versions = await vault.listVersions(secretName).catch(refused);
  if (versions === undefined) return undefined;
  const [newest] = versions;
  if (newest?.enabled === true) {
    if (newest.contentType === clientSecretType) return undefined;
    throw new Failure(
      "vault-no-client-secret",
      `The secret ${secretName} in the vault ${uri}, which the setting credential.vaultSecretName names, is not marked as a client secret.`,
      markClientSecret(uri, secretName),
    );
  }
  const why = newest === undefined ? "has no secret" : "has, but disabled, the secret";
  throw new Failure(
    "vault-no-client-secret",
    `The vault ${uri} ${why} ${secretName}, which the setting credential.vaultSecretName names.`,
    putClientSecret(secretName, vaultNameIn(uri)),
  );
}

/** The fix for a missing client secret that this program does not create. */
export function putClientSecret(name: string, vault = "<vault name>"): Fix {
  return byPerson(
    "Put a client secret of the application there, from a file that you delete",
    az(
      ...["keyvault", "secret", "set", "--vault-name", vault, "--name", name, "--file", "<file>"],
      ...["--content-type", clientSecretType],
    ),
  );
}

/** The fix that marks a client secret. Only marked secrets are sent to Entra: tags alone could name any secret. */
export const markClientSecret = (uri: string, name: string): Fix =>
  byPerson(
    "If it is the application's client secret, its keeper marks it as one; else find out who named it",
    az("keyvault", "secret", "set-attributes", "--id", `${uri}/secrets/${name}`, "--content-type", clientSecretType),
  );

/** A warning in place of an error if a login may not list certificates: a login that only previews need not. */
const lacksCertificates =
  (uri: string) =>
  (error: unknown): string | undefined => {
    refused(error);
    if (!(error instanceof VaultError) || error.reason !== "no-role") return undefined;
    return (
      `This login has no role on the certificates of ${uri}, where the deployment makes one: the vault's owner assigns the deployer ` +
      "Key Vault Certificates Officer, which takes up to 15 minutes to take effect (docs/runbook.md, roles)."
    );
  };

/** Ignores a vault's refusal of access: the consent reports the right that it needs. */
function refused(error: unknown): undefined {
  if (!(error instanceof VaultError)) throw error;
}
