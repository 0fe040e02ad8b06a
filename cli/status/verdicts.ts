/** What an inventory means: how long each thing lives, whether that is enough, and what to do where it is not. */
import type { ClientSecretEntry, Inventory, TokenEntry } from "../../consent/inventory";
import { refreshTokenDays } from "../../config/limits";
import { type ExitCode, exitCodes } from "../exit-code";

export type Verdict = "ok" | "warn" | "fail" | "unknown";

export interface Judgement {
  verdict: Verdict;
  exitCode: ExitCode;
  /** Whole days, rounded down; null without an end. */
  daysLeft: number | null;
  /** Days since the newest version was stored. */
  ageDays: number | null;
  /** How much of its whole life is left, 0 to 1. */
  share: number;
  /** What is wrong and what helps; "" when nothing is. */
  says: string;
}

export interface Limits {
  warnDays: number;
  failDays: number;
}

export interface JudgedToken extends TokenEntry, Judgement {}
export interface JudgedSecret extends ClientSecretEntry, Judgement {}
export interface Judged {
  tokens: JudgedToken[];
  clientSecrets: JudgedSecret[];
}

const day = 24 * 3600 * 1000;
const consentFix = "Consent again: secure-app-model consent --force";
const rotationFix =
  "Rotate it: pulumi config set --path secure-application-model:clientSecret.label <new label>, then pulumi up (README.md, rotating)";

export function judgeInventory({ tokens, clientSecrets }: Inventory, limits: Limits, now = Date.now()): Judged {
  return {
    tokens: tokens.map((one) => ({ ...one, ...judgeToken(one, limits, now) })),
    clientSecrets: clientSecrets.map((one) => ({ ...one, ...judgeSecret(one, limits, now) })),
  };
}

function judgeToken(entry: TokenEntry, limits: Limits, now: number): Judgement {
  const life = lifeOf(entry, refreshTokenDays * day, now);
  const { health, problem } = entry;
  if (health === "unreadable") return { ...life, verdict: "unknown", exitCode: exitCodes.failed, says: problem };
  if (health !== "ok") {
    // Only a token that is there says by its tags how to consent again.
    const fix = health === "missing" ? `Consent: secure-app-model consent --tenant ${entry.tenantId}` : consentFix;
    return { ...life, ...failed(exitCodes.consentNeeded), says: problem || `It is ${health}. ${fix}` };
  }
  const renewal = "Renew it: secure-app-model renew";
  return { ...life, ...byDays(life, limits, exitCodes.consentNeeded, `${renewal}; or ${lowered(consentFix)}`) };
}

/** A secret that no token names any more fails nobody. */
function judgeSecret(entry: ClientSecretEntry, limits: Limits, now: number): Judgement {
  const life = lifeOf(entry, wholeLife(entry), now);
  const { health, inUse, problem } = entry;
  if (!inUse) return { ...life, verdict: "ok", exitCode: exitCodes.fine, says: "no token names it" };
  if (health === "unreadable") return { ...life, verdict: "unknown", exitCode: exitCodes.failed, says: problem };
  if (health !== "ok") return { ...life, ...failed(exitCodes.rotationNeeded), says: `It is ${health}. ${rotationFix}` };
  return { ...life, ...byDays(life, limits, exitCodes.rotationNeeded, rotationFix) };
}

function lifeOf({ createdOn, expiresOn }: { createdOn: string; expiresOn: string }, whole: number, now: number) {
  const left = expiresOn === "" ? undefined : Date.parse(expiresOn) - now;
  return {
    daysLeft: left === undefined ? null : Math.floor(left / day),
    ageDays: createdOn === "" ? null : Math.floor((now - Date.parse(createdOn)) / day),
    share: left === undefined ? 1 : Math.min(1, Math.max(0, left / whole)),
  };
}

function wholeLife({ createdOn, expiresOn }: ClientSecretEntry): number {
  return Math.max(day, Date.parse(expiresOn) - Date.parse(createdOn));
}

const failed = (exitCode: ExitCode) => ({ verdict: "fail", exitCode }) as const;
const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function byDays(
  { daysLeft }: { daysLeft: number | null },
  { warnDays, failDays }: Limits,
  code: ExitCode,
  fix: string,
) {
  if (daysLeft === null || daysLeft >= warnDays) return { verdict: "ok", exitCode: exitCodes.fine, says: "" } as const;
  if (daysLeft >= failDays) return { verdict: "warn", exitCode: exitCodes.fine, says: fix } as const;
  return { ...failed(code), says: fix };
}
