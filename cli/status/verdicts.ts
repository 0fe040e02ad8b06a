/** Whether what is in a vault is valid long enough, and the fixes if not. */
import { refreshTokenDays } from "../../lib/config/limits";
import { OtherCloudError } from "../../lib/token/errors";
import type { CredentialEntry, TokenEntry } from "../../lib/token/inventory";
import { day, daysUntil } from "../../lib/credential/lifetime";
import { judgeCredential, judgeToken, type Limits, type Assessment, rotateCredential } from "../../lib/token/verdict";
import { az, byPerson, fixesFor, type Parts } from "../../lib/errors/failure";
import { now } from "../../lib/startup/clock";
import { type Finding, worstState } from "../report/finding";
import { type ExitCode, exitCodes, worstOf } from "../terminal/exit-code";
import type { Probe } from "../redemption/probe";
import { type ProbeDocument, probeDocument, problemsIn } from "./probe-document";

/** `what` is "" where the entry's health is the whole problem. */
interface Judgement extends Finding, ReturnType<typeof lifeOf> {
  exitCode: ExitCode;
}

export interface JudgedToken extends TokenEntry, Judgement {
  /** Undefined: it was not redeemed. */
  probe?: ProbeDocument;
}
export interface JudgedCredential extends CredentialEntry, Judgement {}
export type JudgedEntry = JudgedToken | JudgedCredential;
export interface Judged {
  tokens: JudgedToken[];
  credentials: JudgedCredential[];
}

export const isToken = (one: JudgedEntry): one is JudgedToken => "tenantId" in one;

export function judgeTokenEntry(one: TokenEntry, limits: Limits, at = now()): JudgedToken {
  const assessment = judgeToken({ ...one, expiresOn: timeOf(one.expiresOn) }, limits, at);
  const { fixes, ...finding } = findingOf(one, assessment, exitCodes.consentNeeded);
  return { ...one, ...lifeOf(one, refreshTokenDays * day, at), ...finding, fixes: fixesFor(one.tenantId, fixes) };
}

export function judgeCredentialEntry(one: CredentialEntry, limits: Limits, at = now()): JudgedCredential {
  const assessment = judgeCredential({ ...one, expiresOn: timeOf(one.expiresOn) }, limits, rotateCredential, at);
  // A credential that no token names is not a failure.
  const finding = one.inUse
    ? findingOf(one, assessment, exitCodes.rotationNeeded)
    : ({ state: "skipped", exitCode: exitCodes.fine, what: "no token uses it" } as const);
  const whole = Math.max(day, Date.parse(one.expiresOn) - Date.parse(one.createdOn));
  return { ...one, ...lifeOf(one, whole, at), ...finding };
}

/** Adds to an unused credential the line that removes it; a person decides, as a consent may be about to use it. */
export function withRemoval(vaultUri: string, one: JudgedCredential): JudgedCredential {
  if (one.inUse) return one;
  const removal = az("keyvault", "secret", "delete", "--id", `${vaultUri}/secrets/${one.name}`);
  const text = "If no stack has it any more, delete it; the vault can recover it";
  return { ...one, fixes: [byPerson(text, removal)] };
}

/** The token's verdict after a probe, whose problems override those of the metadata. */
export function afterProbe(token: JudgedToken, probe: Probe): JudgedToken {
  const { tenantId } = token;
  const probed = { ...token, probe: probeDocument(probe, tenantId) };
  if (probe.verdict === "ok") return probed;
  // A refused token cannot be renewed, however soon it expires.
  const isRefused = probe.health !== undefined && token.what === "";
  const all: readonly Parts[] = [...(isRefused ? [] : [token]), ...problemsIn(probe)];
  const fixes = all.flatMap(({ fixes: own = [] }) => own);
  const sentences = (some: readonly string[]) => some.filter((text) => text !== "").join(" ");
  return {
    ...probed,
    state: worstState([token.state, probe.verdict]),
    health: probe.health ?? token.health,
    exitCode: worstOf([token.exitCode, probe.exitCode]),
    what: sentences(all.map(({ what }) => what)),
    why: sentences(all.map(({ why = "" }) => why)),
    fixes: fixesFor(tenantId, fixes),
  };
}

/** The problem and the fixes where nothing beside them shows the health. */
export const saidOf = ({ what, why, fixes, health }: JudgedEntry): Parts => ({
  what: what === "" && health !== "ok" ? `It is ${health}.` : what,
  why,
  fixes,
});

function findingOf({ problem }: Pick<TokenEntry, "problem">, { verdict, fixes }: Assessment, failure: ExitCode) {
  const byState = { ok: exitCodes.fine, warning: exitCodes.fine, failed: failure, unknown: exitCodes.failed }[verdict];
  // A consent does not fix a command with the wrong cloud.
  const exitCode = problem instanceof OtherCloudError ? exitCodes.usage : byState;
  const { what, why, fixes: own = [] } = problem ?? { what: "", fixes };
  return { state: verdict, exitCode, what, why, fixes: own };
}

function lifeOf({ createdOn, expiresOn }: { createdOn: string; expiresOn: string }, whole: number, at: number) {
  const [start, end] = [timeOf(createdOn), timeOf(expiresOn)];
  return {
    /** Whole days, rounded down; null without an end. */
    daysLeft: end === undefined ? null : daysUntil(end, at),
    /** Days since the newest version was stored; not negative where the vault's clock is ahead. */
    ageDays: start === undefined ? null : Math.max(0, Math.floor((at - start.getTime()) / day)),
    /** The share of its whole validity that is left, 0 to 1. */
    share: end === undefined ? 1 : Math.min(1, Math.max(0, (end.getTime() - at) / whole)),
  };
}

const timeOf = (text: string): Date | undefined => (text === "" ? undefined : new Date(text));
