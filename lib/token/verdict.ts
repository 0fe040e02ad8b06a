/** Whether a token or client secret is valid long enough, what to do, and whether Entra still accepts it. */
import { Failure, type Fix, ownCommand, rotateNow, run } from "../errors/failure";
import { readsMetadataOnly } from "../config/own-variables";
import { now } from "../startup/clock";
import { EntraError, type Remedy } from "../oauth/aadsts";
import type { Vault } from "../vault/secrets";
import { consentAgain, ForeignTokenError, VerificationError } from "./errors";
import { isNotGranted } from "./prove-grants";
import type { TokenState } from "./health";
import { type Health, lifetimeOf } from "../credential/lifetime";
import { readToken, redeemStored } from "./stored-token";
import type { ConsentTarget } from "./target";

export type Verdict = "ok" | "warning" | "failed" | "unknown";

export interface Assessment {
  verdict: Verdict;
  fixes: readonly Fix[];
}

/** Whole days before an expiry: fewer are a warning, or a failure if the next scheduled run may be late. */
export type Limits = Record<"warnDays" | "failDays", number>;

/** The known state of a token or credential. The limits decide again between "ok" and "expiring". */
interface Known {
  health: Health;
  expiresOn: Date | undefined;
}

const renewals = [run("Renew it", ownCommand("renew")), consentAgain];

/** The fix for an expiring credential; it needs the right to change the stack. */
export const rotateCredential = run("Rotate it", rotateNow);

/** @param token with its tenant, for the command of a first consent: an existing token has it in its tags */
export function judgeToken(token: Known & { tenantId: string }, limits: Limits, at = now()): Assessment {
  const consent =
    token.health === "missing" ? run("Consent", ownCommand("consent", "--tenant", token.tenantId)) : consentAgain;
  return judge(token, limits, renewals, consent, at);
}

export function judgeCredential(
  credential: Known,
  limits: Limits,
  rotation = rotateCredential,
  at = now(),
): Assessment {
  return judge(credential, limits, [rotation], rotation, at);
}

/** The health that a failed redemption shows; undefined if the failure has another cause than the token. */
export function healthAfter(error: unknown): Extract<Health, "refused" | "incomplete" | "foreign"> | undefined {
  if (isNotGranted(error)) return "incomplete";
  // An error inside Entra, or a request that it does not accept, is no evidence about the token.
  if (error instanceof EntraError && !["defect", "passing"].includes(error.remedy)) return "refused";
  return error instanceof ForeignTokenError ? "foreign" : undefined;
}

/** Refusals that a sign-in fixes. "vault" is another application's token: foreign, whatever its tags are. */
const bySignIn: readonly Remedy[] = ["consent", "vault"];
/** Entra's codes for an account that is gone, or was never in the tenant: a different account must sign in. */
const accountsGone: readonly (number | undefined)[] = [50020, 50034];

/** Whether a sign-in fixes the cause of a failed redemption: not a wrong client secret, nor an outage. */
export function isFixedBySignIn(error: unknown): boolean {
  if (isNotGranted(error) || error instanceof VerificationError) return true;
  return error instanceof EntraError && (bySignIn.includes(error.remedy) || accountsGone.includes(error.aadsts));
}

function judge(
  { health, expiresOn }: Known,
  { warnDays, failDays }: Limits,
  inTime: readonly Fix[],
  tooLate: Fix,
  at: number,
): Assessment {
  if (health === "unreadable") return { verdict: "unknown", fixes: [] };
  const lifetime = health === "ok" || health === "expiring" ? lifetimeOf(expiresOn, warnDays, at) : "expired";
  if (lifetime === "ok") return { verdict: "ok", fixes: [] };
  if (lifetime === "expired") return { verdict: "failed", fixes: [tooLate] };
  return { verdict: lifetimeOf(expiresOn, failDays, at) === "ok" ? "warning" : "failed", fixes: inTime };
}

/**
 * In a refresh, redeems a token once for Partner Center, as metadata shows no revocation; nothing is stored.
 * A problem that no sign-in fixes (a wrong client secret, an outage, unreadable values) does not change the health.
 * @param notKnown called with the reason if it could not be checked, in whole sentences
 * @returns the health by metadata, or the health that Entra's refusal shows
 */
export async function healthByRedeeming(
  { cloud, refreshTokenName }: Pick<ConsentTarget, "cloud" | "refreshTokenName">,
  vault: Vault,
  { health, version }: TokenState,
  notKnown: (why: string) => void,
): Promise<Health> {
  const isWorthIt = health === "ok" || health === "expiring";
  if (version === undefined || !isWorthIt || readsMetadataOnly()) return health;
  try {
    const stored = await readToken(cloud, vault, refreshTokenName, { version: version.version });
    await redeemStored(cloud, stored, cloud.partnerCenter);
  } catch (error) {
    const refused = isFixedBySignIn(error) ? healthAfter(error) : undefined;
    if (refused !== undefined) return refused;
    if (!(error instanceof Failure)) throw error;
    notKnown(`could not check whether Entra still accepts the token: ${error.what} ${error.why ?? ""}`.trimEnd());
  }
  return health;
}
