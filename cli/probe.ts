/** Looking further than metadata can, for `status` and `doctor`: a token that was revoked looks like any other until it is redeemed. */
import { consentAnew, type Fix, ownCommand, type Parts, run } from "../errors/failure";
import { delegatedOf } from "../application/declared";
import { type Missing, proveGrants, type Scopes } from "../consent/granted";
import { declaredFor } from "../consent/outlook";
import { readToken, requireAccount } from "../consent/stored-token";
import { redeemRefreshToken } from "../oauth/refresh-token";
import { PartnerCenter } from "../partner-center/api";
import { askMfaCompliance } from "../partner-center/mfa";
import { type ExitCode, exitCodes } from "./exit-code";
import { exitCodeOf } from "./failure";
import type { OpenVault } from "./partner-token";

/** What became of redeeming a token. */
export type Probe = Probed | Unprobed;

/** It was redeemed for all that could be looked up as declared. */
export interface Probed {
  redeemed: true;
  /** Partner Center's word on multi-factor authentication; undefined when it gave none. */
  isMfaCompliant: boolean | undefined;
  /** What the token brings of the declared delegated permissions, and what it lacks; undefined where what is declared could not be looked up. */
  permissions: { brought: readonly Scopes[]; missing: readonly Missing[] } | undefined;
  /** What else is worth knowing, in whole sentences. */
  notes: readonly string[];
  exitCode: ExitCode;
}

/** It could not be probed to the end. */
export interface Unprobed {
  /** Whether Entra took the token. */
  redeemed: boolean;
  error: unknown;
  exitCode: ExitCode;
}

export const isUnprobed = (probe: Probe): probe is Unprobed => "error" in probe;

/** What Partner Center's word comes to where it is not yes. */
export const withoutMfa: Parts & { fixes: readonly Fix[] } = {
  what: "Partner Center sees no multi-factor authentication in it and refuses such tokens (401, code 900421).",
  fixes: [run("Consent again, with multi-factor authentication", consentAnew)],
};
export const unknownMfa: Parts = { what: "Partner Center did not say whether it is of multi-factor authentication." };

/** What helps a token that lacks something, where nobody has looked up who may grant it. */
export const haveGranted = run("Have it granted, or see who has to", ownCommand("consent"));

/** Redeems a token for each declared resource and asks Partner Center; nothing is stored, and a failure is an answer. */
export async function probeToken({ cloud, vault }: OpenVault, name: string): Promise<Probe> {
  let redeemed = false;
  try {
    const { tags, application, refreshToken } = await readToken(cloud, vault, name);
    const tokens = await redeemRefreshToken(cloud, application, refreshToken, cloud.partnerCenter);
    redeemed = true;
    requireAccount(tags, tokens.accessToken);
    const isMfaCompliant = await askMfaCompliance(new PartnerCenter(cloud, tokens.accessToken));
    const notes: string[] = [];
    const note = (line: string) => notes.push(line);
    const declared = await declaredFor({ cloud, tenantId: tags.tenant, clientId: tags.application }, note);
    const target = { cloud, permissions: delegatedOf(declared ?? []) };
    const { brought, missing, refusals } = await proveGrants(target, application, tokens, note);
    const [refusal] = refusals;
    if (refusal !== undefined) throw refusal;
    const isBad = isMfaCompliant === false || missing.length > 0;
    return {
      redeemed,
      isMfaCompliant,
      permissions: declared === undefined ? undefined : { brought, missing },
      notes,
      exitCode: isBad ? exitCodes.consentNeeded : exitCodes.fine,
    };
  } catch (error) {
    return { redeemed, error, exitCode: exitCodeOf(error) };
  }
}
