/** Evaluates an inventory: when each entry expires, whether that is long enough, and the fixes if not. */
import { refreshTokenDays } from "../../lib/config/limits";
import { OtherCloudError } from "../../lib/consent/errors";
import type { ClientSecretEntry, Inventory, TokenEntry } from "../../lib/consent/inventory";
import { day, daysUntil } from "../../lib/consent/lifetime";
import { clientCertificatePrefix } from "../../lib/consent/credential-reference";
import {
  judgeClientSecret,
  judgeToken,
  type Limits,
  type Outlook,
  rotateCredential,
  type Verdict,
  worseOf,
} from "../../lib/consent/verdict";
import { type FixDocument, fixDocuments } from "../../lib/errors/document";
import type { Parts } from "../../lib/errors/failure";
import { textOf } from "../../lib/errors/text";
import { now } from "../../lib/startup/clock";
import { type ExitCode, exitCodes, worstOf } from "../terminal/exit-code";
import { fixesFor } from "../terminal/printed-fixes";
import type { Probe } from "../redemption/probe";
import { type ProbeDocument, probeDocument, problemsIn } from "./probe-document";

export interface Judgement {
  verdict: Verdict;
  exitCode: ExitCode;
  /** Whole days, rounded down; null without an end. */
  daysLeft: number | null;
  /** Days since the newest version was stored. */
  ageDays: number | null;
  /** The share of its whole validity that is left, 0 to 1. */
  share: number;
  /** The problem and the fixes; "" when there is none. */
  message: string;
  /** The fixes, as data. */
  fixes: FixDocument[];
  /** Both, before they are written down, without what the health is; a consent in them names no tenant. */
  problems: readonly Parts[];
}

export interface JudgedToken extends TokenEntry, Judgement {
  /** Undefined: it was not redeemed. */
  probe?: ProbeDocument;
}
export interface JudgedSecret extends ClientSecretEntry, Judgement {}
export interface Judged {
  tokens: JudgedToken[];
  clientSecrets: JudgedSecret[];
}

export function judgeInventory({ tokens, clientSecrets }: Inventory, limits: Limits, at = now()): Judged {
  return {
    tokens: tokens.map((one) => judgeTokenEntry(one, limits, at)),
    clientSecrets: clientSecrets.map((one) => judgeSecretEntry(one, limits, at)),
  };
}

export function judgeTokenEntry(one: TokenEntry, limits: Limits, at = now()): JudgedToken {
  const outlook = judgeToken({ ...one, expiresOn: timeOf(one.expiresOn) }, limits, at);
  const judgement = one.overtaken
    ? ({
        verdict: "fail",
        exitCode: exitCodes.rotationNeeded,
        message: textOf(one.overtaken),
        fixes: fixDocuments(one.overtaken),
        problems: [one.overtaken],
      } as const)
    : judgementOf(one, outlook, exitCodes.consentNeeded, one.tenantId);
  return { ...one, ...lifeOf(one, refreshTokenDays * day, at), ...judgement };
}

export function judgeSecretEntry(one: ClientSecretEntry, limits: Limits, at = now()): JudgedSecret {
  const outlook = judgeClientSecret({ ...one, expiresOn: timeOf(one.expiresOn) }, limits, rotateCredential, at);
  const judgement = one.inUse ? judgementOf(one, outlook, exitCodes.rotationNeeded) : unused;
  return { ...one, ...lifeOf(one, wholeLife(one), at), ...judgement };
}

/** The result of a probe replaces the token's verdict, health, exit code and text. */
export function afterProbe(token: JudgedToken, probe: Probe): JudgedToken {
  const document = probeDocument(probe, token.tenantId);
  if (probe.verdict === "ok") return { ...token, probe: document };
  return {
    ...token,
    verdict: worseOf(token.verdict, probe.verdict),
    health: probe.health ?? token.health,
    exitCode: worstOf([token.exitCode, probe.exitCode]),
    message: [token.message, document.message].filter((words) => words !== "").join(" "),
    problems: [...token.problems, ...problemsIn(probe)],
    probe: document,
  };
}

export const isCertificate = ({ name }: Pick<ClientSecretEntry, "name">): boolean =>
  name.startsWith(clientCertificatePrefix);

/** A secret that no token names any more is not a failure. */
const unused: Pick<Judgement, "verdict" | "exitCode" | "message" | "fixes" | "problems"> = {
  verdict: "ok",
  exitCode: exitCodes.fine,
  message: "unused: no token names it",
  fixes: [],
  problems: [],
};

/** @param tenantId a token's */
function judgementOf(
  entry: TokenEntry | ClientSecretEntry,
  { verdict, fixes }: Outlook,
  failure: ExitCode,
  tenantId?: string,
) {
  const { health, problem } = entry;
  const byVerdict = { ok: exitCodes.fine, warn: exitCodes.fine, fail: failure, unknown: exitCodes.failed }[verdict];
  // A consent does not fix a command with the wrong cloud.
  const exitCode = problem instanceof OtherCloudError ? exitCodes.usage : byVerdict;
  const { what, why, fixes: all = [] } = problem ?? { what: health === "ok" ? "" : `It is ${health}.`, fixes };
  const parts = { what, why, fixes: tenantId === undefined ? all : fixesFor(tenantId, all) };
  // The health is said by itself.
  const problems = problem === undefined ? (fixes.length === 0 ? [] : [{ what: "", fixes }]) : [problem];
  return { verdict, exitCode, message: textOf(parts), fixes: fixDocuments(parts), problems };
}

function lifeOf({ createdOn, expiresOn }: { createdOn: string; expiresOn: string }, whole: number, at: number) {
  const [start, end] = [timeOf(createdOn), timeOf(expiresOn)];
  return {
    daysLeft: end === undefined ? null : daysUntil(end, at),
    // If the vault's clock is ahead of this machine's, the age must not be negative.
    ageDays: start === undefined ? null : Math.max(0, Math.floor((at - start.getTime()) / day)),
    share: end === undefined ? 1 : Math.min(1, Math.max(0, (end.getTime() - at) / whole)),
  };
}

/** "" for none. */
const timeOf = (text: string): Date | undefined => (text === "" ? undefined : new Date(text));

const wholeLife = ({ createdOn, expiresOn }: ClientSecretEntry): number =>
  Math.max(day, Date.parse(expiresOn) - Date.parse(createdOn));
