/** How a consent fails by itself; Entra's refusals are EntraError, the vault's are VaultError. */
import { Failure, type Parts } from "../errors/failure";
import { ownCommand, run } from "../errors/fix";

/** What most of these need in the end. */
export const consentAgain = ownCommand("consent", "--force");

/** Where somebody else may have written a token. */
export const findOutWho = run("Find out who wrote it, then consent again", consentAgain);

/** A person has to sign in, and this process may not ask for it. Its fixes hold the command that does. */
export class ConsentRequiredError extends Failure {
  override readonly name = "ConsentRequiredError";
  constructor(parts: Parts | string, options?: ErrorOptions) {
    super("consent-required", parts, options);
  }
}

/** A token that must not be stored. Nothing was. */
export class VerificationError extends Failure {
  override readonly name = "VerificationError";
  constructor(parts: Parts | string, options?: ErrorOptions) {
    super("token-refused", parts, options);
  }
}

/** The newest token is stored and works, and those before it could not be disabled. */
export class OlderTokensError extends Failure {
  override readonly name = "OlderTokensError";
  constructor(
    /** The version that is stored. */
    readonly version: string,
    parts: Parts | string,
    options?: ErrorOptions,
  ) {
    super("older-tokens-enabled", parts, options);
  }
}

/** Nobody came back from the browser in time. */
export class DeadlineError extends Failure {
  override readonly name = "DeadlineError";
  constructor(parts: Parts | string, options?: ErrorOptions) {
    super("sign-in-deadline", parts, options);
  }
}

/** The client secret that a token is redeemed with is not there, or disabled: no consent repairs that. */
export class ClientSecretError extends Failure {
  override readonly name = "ClientSecretError";
  constructor(parts: Parts | string, options?: ErrorOptions) {
    super("client-secret-missing", parts, options);
  }
}

/** What a vault holds under a token's name is not this project's, or its tags point elsewhere. Nothing was sent anywhere. */
export class ForeignTokenError extends Failure {
  override readonly name = "ForeignTokenError";
  constructor(parts: Parts | string, options?: ErrorOptions) {
    super("foreign-token", parts, options);
  }
}
