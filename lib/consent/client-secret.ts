/** Reads the client secret that a token is redeemed with from the vault. */
import { az, type Fix, pulumi, run, setSetting } from "../errors/failure";
import { refusedOr } from "./health";
import type { Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { ClientSecretError } from "./errors";

/**
 * Reads it. A missing or disabled one must be rotated; every other refusal is passed on unchanged.
 * @param source where its name comes from; "" when it was given
 * @returns the client secret, for memory only
 * @throws ClientSecretError, VaultError
 */
export async function readClientSecret(vault: Vault, name: string, source = ""): Promise<string> {
  try {
    return (await vault.read(name)).value;
  } catch (error) {
    const gone = error instanceof VaultError && ["not-found", "deleted", "disabled"].includes(error.reason);
    if (!gone) throw error;
    throw new ClientSecretError({
      what: `The client secret ${name}${source} is ${error.reason === "disabled" ? "disabled" : "not there"} in ${vault.uri}.`,
      why: "Consent would not help.",
      fixes: [...(await recoveryFixes(vault, name, error.reason)), anew],
    });
  }
}

/** The fixes that recover it, if the vault still has it. */
async function recoveryFixes(vault: Vault, name: string, reason: VaultError["reason"]): Promise<readonly Fix[]> {
  const { uri } = vault;
  if (reason === "disabled")
    return [
      run(
        "Enable it",
        az("keyvault", "secret", "set-attributes", "--id", `${uri}/secrets/${name}`, "--enabled", "true"),
      ),
    ];
  // Reading a deleted secret fails as if it had never existed; not every reader may list deleted ones.
  if ((await refusedOr(vault.isDeleted(name))) === true)
    return [run("Recover it", az("keyvault", "secret", "recover", "--id", `${uri}/deletedsecrets/${name}`))];
  return [];
}

/** Without a refresh, because the engine fails when it cannot read a secret. */
const anew = run("If it cannot be recovered, rotate it", setSetting("credential.label", "<new label>"), pulumi("up"));
