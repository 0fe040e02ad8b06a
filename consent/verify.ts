/** What must hold of a token before it is stored. */
import { firstPartyApps } from "../config/clouds";
import { claimsOf } from "../oauth/claims";
import type { Tokens } from "../oauth/refresh-token";
import { VerificationError } from "./errors";
import type { ConsentTarget } from "./target";

declare const verified: unique symbol;
/** Tokens that hold: only {@link verifyTokens} makes them, and only they can be stored. */
export type VerifiedTokens = { tokens: Tokens; account: string; accountName: string } & { [verified]: true };

/**
 * Checks tenant, account, audience and multi-factor authentication on the Partner Center access token: that is the token Partner
 * Center itself looks at; id tokens may lack `amr`.
 * @throws VerificationError naming what is off and what to do
 */
export function verifyTokens(target: ConsentTarget, tokens: Tokens): VerifiedTokens {
  const claims = claimsOf(tokens.accessToken);
  const accountName = claims.upn ?? claims.unique_name ?? claims.preferred_username ?? "";
  const refuse = (what: string): never => {
    throw new VerificationError(`${what} Nothing was stored.`);
  };
  if (claims.tid !== target.tenantId) {
    refuse(
      `The sign-in was in tenant ${String(claims.tid)}, not in ${target.tenantId}: sign in with an account of that tenant.`,
    );
  }
  if (claims.aud !== tokens.resource && claims.aud !== firstPartyApps.partnerCenter) {
    refuse(`The token is for ${String(claims.aud)}, not for Partner Center (${tokens.resource}).`);
  }
  if (target.account !== undefined && accountName.toLowerCase() !== target.account.toLowerCase()) {
    refuse(
      `${accountName === "" ? "An unnamed account" : accountName} signed in, but ${target.account} was expected. ` +
        `Sign out of the other account, or change the expected one: pulumi config set --path secure-application-model:consent.account <account>, or consent --account <account>.`,
    );
  }
  if (claims.oid === undefined) refuse("The token names no account.");
  if (claims.amr?.includes("mfa") !== true) {
    refuse(
      `${accountName} signed in without multi-factor authentication, which Partner Center requires (it answers 401, code 900421). ` +
        `Enrol the account at https://aka.ms/mfasetup or require MFA for it in Conditional Access, and sign in again.`,
    );
  }
  return { tokens, account: claims.oid ?? "", accountName } as VerifiedTokens;
}
