/** Whether a token or client secret is good for the days to come, and what to do, for `doctor` and `status`; health has the same measure. */
import { type Fix, ownCommand, pulumi, run, setSetting } from "../errors/failure";
import { now } from "../startup/clock";
import { EntraError, type Remedy } from "../oauth/aadsts";
import { consentAgain, ForeignTokenError, VerificationError } from "./errors";
import { isNotGranted } from "./granted";
import type { Health } from "./health";
import { lifetimeOf } from "./lifetime";

export type Verdict = "ok" | "warn" | "fail" | "unknown";

export interface Outlook {
  verdict: Verdict;
  fixes: readonly Fix[];
}

/** Whole days before an end: fewer are a warning, or a failure, as there may be no other occasion. */
export type Limits = Record<"warnDays" | "failDays", number>;

/** What is known of either. The limits decide again between "ok" and "expiring". */
interface Known {
  health: Health;
  expiresOn: Date | undefined;
}

const renewals = [run("Renew it", ownCommand("renew")), consentAgain];

/** Needs whoever may change the stack: the program makes another one and publishes it. */
const rotate = (label: string): Fix => run("Rotate it", setSetting(label, "<new label>"), pulumi("up"));
export const rotateSecret = rotate("clientSecret.label");
export const rotateCertificate = rotate("credential.label");

/** @param token its tenant names the first consent: only a token that is there says by its tags how to consent again */
export function judgeToken(token: Known & { tenantId: string }, limits: Limits, at = now()): Outlook {
  const consent =
    token.health === "missing" ? run("Consent", ownCommand("consent", "--tenant", token.tenantId)) : consentAgain;
  return judge(token, limits, renewals, consent, at);
}

/** @param rotation how this one is rotated */
export function judgeClientSecret(secret: Known, limits: Limits, rotation = rotateSecret, at = now()): Outlook {
  return judge(secret, limits, [rotation], rotation, at);
}

/** What a redemption that failed says of the token itself; undefined: nothing, since something else is in its way. */
export function healthAfter(error: unknown): Extract<Health, "refused" | "incomplete" | "foreign"> | undefined {
  if (isNotGranted(error)) return "incomplete";
  // Entra's own trouble, or a request that it does not understand, is no word on the token.
  if (error instanceof EntraError && error.remedy !== "defect") return "refused";
  return error instanceof ForeignTokenError ? "foreign" : undefined;
}

/** What a sign-in fixes. "vault" is another application's token: foreign, whatever its tags say. */
const bySignIn: readonly Remedy[] = ["consent", "vault"];
/** The token's account is gone, or was never in the tenant: another one signs in. A disabled one an administrator enables. */
const accountsGone: readonly (number | undefined)[] = [50020, 50034];

/** Whether a new sign-in fixes what a redemption failed at. A wrong client secret or an outage it would not. */
export function isFixedBySignIn(error: unknown): boolean {
  const isOther =
    error instanceof EntraError && (bySignIn.includes(error.remedy) || accountsGone.includes(error.aadsts));
  return isNotGranted(error) || error instanceof VerificationError || isOther;
}

/** The one verdict on what was judged twice: by its metadata and by redeeming it. */
export function worseOf(one: Verdict, other: Verdict): Verdict {
  const order = ["fail", "unknown", "warn", "ok"] as const;
  return order.find((verdict) => verdict === one || verdict === other) ?? "ok";
}

function judge(
  { health, expiresOn }: Known,
  { warnDays, failDays }: Limits,
  inTime: readonly Fix[],
  tooLate: Fix,
  at: number,
): Outlook {
  if (health === "unreadable") return { verdict: "unknown", fixes: [] };
  const lifetime = health === "ok" || health === "expiring" ? lifetimeOf(expiresOn, warnDays, at) : "expired";
  if (lifetime === "ok") return { verdict: "ok", fixes: [] };
  if (lifetime === "expired") return { verdict: "fail", fixes: [tooLate] };
  return { verdict: lifetimeOf(expiresOn, failDays, at) === "ok" ? "warn" : "fail", fixes: inTime };
}
