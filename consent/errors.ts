/** How a consent fails by itself; Entra's refusals are EntraError, the vault's are VaultError. */
import { byPerson, consentAnew, Failure, type Fix, kindOf, ownCommand, type Parts, run } from "../errors/failure";

/** What most of these need in the end. */
export const consentAgain = run("Consent again", consentAnew);

/** Where a tenant has no token yet. What the vault's other tokens say of its application, it takes from them. */
export const consentFirst = (tenantId: string): Fix =>
  run("Consent first", ownCommand("consent", "--tenant", tenantId));

/** Where somebody else may have written a token. */
export const findOutWho = byPerson("Find out who wrote it, then consent again", consentAnew);

/** A person has to sign in, and this process may not ask for it. Its fixes hold the command that does. */
export class ConsentRequiredError extends kindOf("consent-required") {}

/** The stack was destroyed while its token was being stored, which is disabled again. */
export class StackDestroyedError extends ConsentRequiredError {}

/** Only an administrator may grant what is declared. Its fixes are the ways to have it granted. */
export class AdministratorRequiredError extends kindOf("administrator-required") {}

/** A token that is stored and works, and does not bring all that is declared. */
export class IncompleteError extends kindOf("consent-incomplete") {}

/** A token that must not be stored. Nothing was. */
export class VerificationError extends kindOf("token-refused") {}

/** The newest token is stored and works, and those before it could not be disabled. */
export class OlderTokensError extends Failure {
  constructor(
    /** The version that is stored. */
    readonly version: string,
    said: Parts | string,
    ...more: readonly Fix[]
  ) {
    super("older-tokens-enabled", said, ...more);
  }
}

/** Nobody came back from the browser in time. */
export class DeadlineError extends kindOf("sign-in-deadline") {}

/** The client secret that a token is redeemed with is not there, or disabled: no consent repairs that. */
export class ClientSecretError extends kindOf("client-secret-missing") {}

/** The key that a token's assertions are signed with signs nothing: gone, disabled, or past its end. No consent repairs that either. */
export class ClientCertificateError extends kindOf("client-certificate-unusable") {}

/** Whether it is the credential itself that is missing or unusable. */
export function isCredentialMissing(error: unknown): error is ClientSecretError | ClientCertificateError {
  return error instanceof ClientSecretError || error instanceof ClientCertificateError;
}

/** What a vault holds under a token's name is not this project's, or its tags point elsewhere. Nothing was sent anywhere. */
export class ForeignTokenError extends kindOf("foreign-token") {}

/** The token is another stack's, and no setting says that it may be taken over. */
export class OtherStackError extends kindOf("token-of-another-stack") {}

/** What a destroy has to disable, and could not, or could not see. */
export class StillEnabledError extends kindOf("token-still-enabled") {}

/** A token of another cloud than the one that was named: the command line is wrong, not the token. */
export class OtherCloudError extends ForeignTokenError {}
