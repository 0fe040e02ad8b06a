/** Checks of a token before it is stored: tenant, account, application, audience, multi-factor authentication. */
import { firstPartyApps } from "../config/clouds";
import { again, type Fix, forCommand, forStack, pulumi, sentence, setSetting } from "../errors/failure";
import { claimsOf } from "../oauth/claims";
import type { Tokens } from "../oauth/refresh-token";
import { VerificationError } from "./errors";
import type { ConsentTarget } from "./target";

declare const verified: unique symbol;
/** Tokens that passed the checks: only {@link verifyTokens} makes them, and nothing else can be stored. */
export type VerifiedTokens = { tokens: Tokens; account: string; accountName: string } & { [verified]: true };

/** The objects created here: types do not exist at run time. */
const made = new WeakSet<VerifiedTokens>();

/** Checks Partner Center's access token: id tokens may lack `amr`. @throws VerificationError with the fix */
export function verifyTokens(target: ConsentTarget, tokens: Tokens): VerifiedTokens {
  const claims = claimsOf(tokens.accessToken);
  const accountName = claims.upn ?? claims.unique_name ?? claims.preferred_username ?? "";
  if (claims.tid !== target.tenantId) {
    throw refused(
      `The sign-in was in tenant ${String(claims.tid)}, not in ${target.tenantId}: sign in with an account of that tenant.`,
    );
  }
  if (claims.aud !== tokens.resource && claims.aud !== firstPartyApps.partnerCenter)
    throw refused(`The token is for ${String(claims.aud)}, not for Partner Center (${tokens.resource}).`);
  if (target.account !== undefined && accountName.toLowerCase() !== target.account.toLowerCase()) {
    const signedIn = accountName === "" ? "<account>" : accountName;
    throw refused(
      `${accountName === "" ? "An unnamed account" : accountName} signed in, but ${target.account} was expected.`,
      sentence("Sign out of the other account."),
      forStack("If the expected account is wrong, change it", setSetting("consent.account", signedIn), pulumi("up")),
      forCommand("If the expected account is wrong, name the right account", again("--account", signedIn)),
    );
  }
  if (claims.oid === undefined) throw refused("The token names no account.");
  if (claims.amr?.includes("mfa") !== true) {
    throw refused(
      `${accountName} signed in without multi-factor authentication, which Partner Center requires (it answers 401, code 900421).`,
      sentence(
        "Enrol the account at https://aka.ms/mfasetup or require MFA for it in Conditional Access, and sign in again.",
      ),
    );
  }
  const verifiedTokens = { tokens, account: claims.oid, accountName } as VerifiedTokens;
  made.add(verifiedTokens);
  return verifiedTokens;
}

/** @throws TypeError for tokens that were not verified, whatever their static type */
export function requireVerified(tokens: VerifiedTokens): void {
  if (!made.has(tokens))
    throw new TypeError("These tokens were not verified: only what verifyTokens() made is stored.");
}

function refused(what: string, ...fixes: Fix[]): VerificationError {
  return new VerificationError(`${what} Nothing was stored.`, ...fixes);
}
