/** A revoked token looks like any other until it is redeemed. */
import { consentAnew, type Fix, ownCommand, type Parts, run } from "../../lib/errors/failure";
import { messageOf } from "../../lib/errors/text";
import { declaredResources } from "../../lib/application/permissions";
import { proveGrants, type Scopes } from "../../lib/token/prove-grants";
import type { Health } from "../../lib/credential/lifetime";
import { declaredFor } from "../../lib/consent/precheck";
import { readToken, redeemStored, requireAccount } from "../../lib/token/stored-token";
import { healthAfter, type Verdict } from "../../lib/token/verdict";
import { PartnerCenter } from "../../lib/partner-center/api";
import { PartnerCenterError } from "../../lib/partner-center/errors";
import { askMfaCompliance } from "../../lib/partner-center/mfa";
import { type ExitCode, exitCodes } from "../terminal/exit-code";
import { exitCodeOf } from "../terminal/failure";
import type { OpenVault } from "./partner-token";

export type Probe = Probed | Unprobed;

/** The health that the result shows, whatever the metadata. */
interface Judged {
  verdict: Verdict;
  /** Undefined: the failure is not about the token. */
  health: Health | undefined;
  exitCode: ExitCode;
}

/** The token was redeemed for every declared resource that could be looked up. */
export interface Probed extends Judged {
  redeemed: true;
  /** Undefined when Partner Center gave no result. */
  isMfaCompliant: boolean | undefined;
  /** Partner Center's, of every request of this partner: that is not the token's fault. */
  refusal?: PartnerCenterError | undefined;
  /** Declared delegated permissions; undefined if they are not known. */
  permissions: { brought: readonly Scopes[]; missing: readonly Scopes[] } | undefined;
  /** Whole sentences. */
  notes: readonly string[];
}

/** The token could not be probed completely. */
export interface Unprobed extends Judged {
  /** Whether Entra accepted the token. */
  redeemed: boolean;
  error: unknown;
}

export const isUnprobed = (probe: Probe): probe is Unprobed => "error" in probe;

/** The finding if Partner Center's result is not yes. */
export const withoutMfa: Parts & { fixes: readonly Fix[] } = {
  what: "It was issued without multi-factor authentication, and Partner Center refuses such tokens (401, code 900421).",
  fixes: [run("Consent again, with multi-factor authentication", consentAnew)],
};
const unknownMfa: Parts = {
  what: "Partner Center did not answer whether it was issued with multi-factor authentication.",
};

/** For a token that lacks something, when it is not known who may grant it. */
export const haveGranted = run("Grant it, or see who must", ownCommand("consent"));

/** Redeems the token for each declared resource. Stores nothing; a failure is a result. */
export async function probeToken({ cloud, vault }: OpenVault, name: string): Promise<Probe> {
  let redeemed = false;
  try {
    const stored = await readToken(cloud, vault, name);
    const { tags } = stored;
    const tokens = await redeemStored(cloud, stored, cloud.partnerCenter);
    redeemed = true;
    requireAccount(tags, tokens.accessToken);
    const answer = await askMfaCompliance(new PartnerCenter(cloud, tokens.accessToken)).catch(ifWithoutAccess);
    const refusal = answer instanceof PartnerCenterError ? answer : undefined;
    const isMfaCompliant = answer instanceof PartnerCenterError ? undefined : answer;
    const notes: string[] = [];
    const note = (line: string) => notes.push(line);
    const declared = await declaredFor({ cloud, tenantId: tags.tenant, clientId: tags.application }, note);
    const target = { cloud, permissions: declaredResources(declared ?? []) };
    const { brought, missing } = await proveGrants(target, stored.credential, tokens, note);
    const permissions = declared === undefined ? undefined : { brought, missing };
    return { redeemed, isMfaCompliant, refusal, permissions, notes, ...judge(isMfaCompliant, missing) };
  } catch (error) {
    const [health, exitCode] = [healthAfter(error), exitCodeOf(error)];
    // Exit code 1 means "could not tell", unless the token itself was refused.
    const verdict = health === undefined && exitCode === exitCodes.failed ? "unknown" : "failed";
    return { redeemed, error, verdict, health, exitCode };
  }
}

function ifWithoutAccess(error: unknown): PartnerCenterError {
  if (error instanceof PartnerCenterError && error.isWithoutAccess) return error;
  throw error;
}

/** Why it is not known whether it was issued with multi-factor authentication. */
export const mfaUnknown = ({ refusal }: Probed): string =>
  refusal === undefined ? unknownMfa.what : `${unknownMfa.what} ${messageOf({ what: refusal.what, why: refusal.why })}`;

function judge(isMfaCompliant: boolean | undefined, missing: readonly Scopes[]): Judged {
  const { fine, consentNeeded } = exitCodes;
  if (isMfaCompliant === false) return { verdict: "failed", health: "refused", exitCode: consentNeeded };
  if (missing.length > 0) return { verdict: "failed", health: "incomplete", exitCode: consentNeeded };
  return { verdict: "ok", health: "ok", exitCode: fine };
}
