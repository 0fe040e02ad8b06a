/** The label that a credential was made with, from how a token's tag names it. */
import type { Vault } from "../vault/secrets";
import { labelTag } from "./client-certificate";
import { labelIn, parseReference } from "./credential-reference";

/** A client secret's stands in its name, a certificate's in the tags of its version. @returns undefined for one that this project did not make @throws VaultError */
export async function labelOf(vault: Vault, reference: string): Promise<string | undefined> {
  const found = parseReference(reference);
  if (found?.kind !== "certificate") return labelIn(reference);
  return (await vault.certificates.find(found.name, found.version))?.tags[labelTag];
}
