/** How a consent fails by itself; Entra's refusals are EntraError, the vault's are VaultError. */

/** A person has to sign in, and this process may not ask for it. The text holds the command that does. */
export class ConsentRequiredError extends Error {
  override readonly name = "ConsentRequiredError";
}

/** A token that must not be stored. Nothing was. */
export class VerificationError extends Error {
  override readonly name = "VerificationError";
}

/** The newest token is stored and works, and those before it could not be switched off. */
export class OlderTokensError extends Error {
  override readonly name = "OlderTokensError";
  constructor(
    /** The version that is stored. */
    readonly version: string,
    message: string,
  ) {
    super(message);
  }
}

/** Nobody came back from the browser in time. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/** The client secret that a token is redeemed with is not there, or switched off: no consent mends that. */
export class ClientSecretError extends Error {
  override readonly name = "ClientSecretError";
}

/** What a vault holds under a token's name is not this project's, or its tags point elsewhere. Nothing was sent anywhere. */
export class ForeignTokenError extends Error {
  override readonly name = "ForeignTokenError";
}
