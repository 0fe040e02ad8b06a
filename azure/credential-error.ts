import { aadstsEntryIn } from "../oauth/aadsts";
import type { Remedy } from "../oauth/remedies";

/** The process has no Azure credential, or one that was refused. */
export class CredentialError extends Error {
  override readonly name = "CredentialError";
}

/** Kinds of refusal whose fix holds for a deployer as well; the others speak of the created application. */
const deployersToo: readonly Remedy[] = ["cloud", "tenant", "credential"];

/**
 * What a failure that is no answer of the service says: sign-in missing, expired or refused.
 * @param what what was being done, e.g. "Reading secret x of https://…"
 * @param service who was not even asked, e.g. "the vault"
 */
export function credentialError(what: string, service: string, error: unknown): CredentialError {
  const text = error instanceof Error ? error.message : String(error);
  // Entra's trace ids follow its words.
  const first = text.split(/\r?\n| Trace ID:/u, 1)[0] ?? "";
  const known = aadstsEntryIn(text);
  const meaning = known === undefined ? "" : `, which means: ${known.meaning}`;
  const fix =
    known !== undefined && deployersToo.includes(known.remedy)
      ? known.fix
      : `Sign in with "az login", or set ARM_TENANT_ID, ARM_CLIENT_ID and ARM_CLIENT_SECRET.`;
  return new CredentialError(
    `${what} failed before ${service} was asked: the Azure credential of this process did not work (${first})${meaning}. ${fix}`,
  );
}
