/** Errors of the token and its consent; Entra's refusals are EntraError, the vault's are VaultError. */
import { byPerson, consentAnew, Failure, type Fix, kindOf, ownCommand, type Parts, run } from "../errors/failure";
import { revokedTag, type Tags } from "./tags";

export const consentAgain = run("Consent again", consentAnew);

export const onceUsable = run("Once it may be used again, consent again", consentAnew);

/** The fix before a new consent: a deployment replaces a credential that the stack made, and asks for a sign-in. */
export const beforeNextConsent = (stack: string): Fix =>
  byPerson(
    "First find out who has it and how, and end that. Then deploy, which brings back what was revoked",
    // `up` first checks the state's code: whoever read the vault may have written to the state.
    ownCommand("up", "--stack", stack),
    ownCommand("drift", "--stack", stack),
  );

/** The error of a revoked token: a sign-in would fail, as `revoke` removed the credential. @param tags the newest */
export function revokedBy(tags: Tags): (Parts & { fixes: readonly Fix[] }) | undefined {
  const stack = tags[revokedTag];
  return stack === undefined
    ? undefined
    : {
        what: `The token was revoked as stolen, with stack ${stack}.`,
        fixes: [beforeNextConsent(stack)],
      };
}

/** The fix for a tenant without a token. The application is taken from the vault's other tokens. */
export const consentFirst = (tenantId: string): Fix =>
  run("Consent first", ownCommand("consent", "--tenant", tenantId));

export const findOutWho = byPerson("Find out who wrote it, then consent again", consentAnew);

/** A person must sign in, and this process may not start a sign-in. The fixes contain the command for it. */
export class ConsentRequiredError extends kindOf("consent-required") {}
/** A token that is stored and works, but does not include everything declared. */
export class IncompleteError extends kindOf("consent-incomplete") {}
export class VerificationError extends kindOf("token-refused") {}
/** A version could not be disabled, or the versions could not be listed. */
export class StillEnabledError extends kindOf("token-still-enabled") {}
/** A secret with a token's name is not this project's, or its tags point elsewhere. Nothing was sent. */
export class ForeignTokenError extends kindOf("foreign-token") {}
/** A token of a cloud other than the given one: the command line is wrong, not the token. */
export class OtherCloudError extends ForeignTokenError {}

/** The newest token is stored and works, but those before it could not be disabled. */
export class OlderTokensError extends Failure {
  constructor(
    readonly version: string,
    said: Parts | string,
  ) {
    super("older-tokens-enabled", said);
  }
}
