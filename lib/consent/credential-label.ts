/** The label that a credential was created with, found by its reference in a token's tag. */
import type { Vault } from "../vault/secrets";
import { labelTag } from "./client-certificate";
import { madeSecretIn, parseReference } from "./credential-reference";

/**
 * A client secret's label is part of its name, a certificate's is in its version's tags.
 * @returns undefined if this project did not create it
 * @throws VaultError
 */
export async function labelOf(vault: Vault, reference: string): Promise<string | undefined> {
  const found = parseReference(reference);
  if (found?.kind !== "certificate") return madeSecretIn(reference)?.label;
  return (await vault.certificates.find(found.name, found.version))?.tags[labelTag];
}
