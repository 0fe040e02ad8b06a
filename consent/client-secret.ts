/** The client secret that a token is redeemed with: out of the vault. */
import { pulumi, run, sentence } from "../errors/failure";
import type { Vault } from "../vault/secrets";
import { VaultError } from "../vault/vault-error";
import { ClientSecretError } from "./errors";

/**
 * Reads it. One that is gone or disabled is one to rotate; every other refusal is the vault's own.
 * @param source who says that it is this one; "" when it was given
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
      fixes: [
        sentence("Enable or recover it (az keyvault secret)."),
        run("If it cannot be had back, rotate it", pulumi("up", "--refresh")),
      ],
    });
  }
}
