/** How a consent fails by itself; Entra's refusals are EntraError, the vault's are VaultError. */

/** A person has to sign in, and this process may not ask for it. The text holds the command that does. */
export class ConsentRequiredError extends Error {
  override readonly name = "ConsentRequiredError";
}

/** A token that must not be stored. Nothing was. */
export class VerificationError extends Error {
  override readonly name = "VerificationError";
}

/** Nobody came back from the browser in time. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}
