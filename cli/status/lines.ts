/** Status for people: bars on a terminal, plain lines anywhere else. */
import { daysText } from "../../lib/consent/lifetime";
import type { Verdict } from "../../lib/consent/verdict";
import { exitCodes } from "../terminal/exit-code";
import type { Judged, JudgedSecret, JudgedToken, Judgement } from "./verdicts";
import type { ProbeDocument } from "./probe-document";

export interface Look {
  bars: boolean;
  colour: boolean;
}

const barWidth = 20;
const signs: Readonly<Record<Verdict, { sign: string; colour: number }>> = {
  ok: { sign: "✓", colour: 32 },
  warn: { sign: "!", colour: 33 },
  fail: { sign: "✗", colour: 31 },
  unknown: { sign: "?", colour: 35 },
};
/** A credential that was rotated out: neither good nor bad. */
const unused = { sign: "–", colour: 90 };

/** One printed entry: the only data kept until the width of the name column is known. */
export interface Row {
  /** Before the name. */
  sign: string;
  name: string;
  /** Behind the name. */
  rest: string;
  /** Lines below. */
  notes: string[];
}

export const statusLines = ({ tokens, clientSecrets }: Judged, look: Look): string[] =>
  linesOf(
    [...tokens, ...clientSecrets].map((one) => rowOf(one, look)),
    look,
  );

export function linesOf(rows: readonly Row[], look: Look): string[] {
  // All names are padded to the longest one, so that the bars are aligned.
  const width = look.bars ? rows.reduce((widest, { name }) => Math.max(widest, name.length), 0) : 0;
  return rows.flatMap(({ sign, name, rest, notes }) => [filled([sign, name.padEnd(width), rest], "  "), ...notes]);
}

export function rowOf(one: JudgedToken | JudgedSecret, look: Look): Row {
  const { name } = one;
  if (!("tenantId" in one)) {
    return { name, ...wordsOf(one, dated("ends", one.expiresOn), look, !one.inUse), notes: note(one.message) };
  }
  const about = [dated("ends", one.expiresOn), one.accountName, dated("consented", one.consentedOn)];
  // Metadata does not show a revocation, so a good result always mentions that.
  if (one.probe === undefined && one.verdict !== "fail") about.push("not redeemed (--probe)");
  return { name, ...wordsOf(one, filled(about, ", "), look), notes: notesOf(one) };
}

const filled = (parts: readonly string[], between: string): string => parts.filter((word) => word !== "").join(between);

const dated = (what: string, time: string): string => (time === "" ? "" : `${what} ${time.slice(0, 10)}`);

function wordsOf(
  entry: Judgement,
  about: string,
  { bars, colour }: Look,
  isUnused = false,
): Pick<Row, "sign" | "rest"> {
  const { sign, colour: number } = isUnused ? unused : signs[entry.verdict];
  const paint = (text: string) => (colour ? `\u001b[${number}m${text}\u001b[0m` : text);
  return {
    sign: bars ? paint(sign) : (isUnused ? "unused" : entry.verdict).padEnd(7),
    rest: filled([...(bars ? [paint(bar(entry.share))] : []), lifeOf(entry), about], "  "),
  };
}

function bar(share: number): string {
  const full = Math.round(share * barWidth);
  return "█".repeat(full) + "░".repeat(barWidth - full);
}

function lifeOf({ daysLeft, ageDays }: Judgement): string {
  const left = leftText(daysLeft);
  return ageDays === null ? left : `${left}, ${daysText(ageDays)} old`;
}

/** @param daysLeft null without an end */
export const leftText = (daysLeft: number | null): string =>
  daysLeft === null ? "no end on record" : daysLeft < 0 ? "ended" : `${daysText(daysLeft)} left`;

const note = (message: string): string[] => (message === "" ? [] : [`    ${message}`]);

/** A problem that a probe found is already in the token's message; further information is not. */
function notesOf({ message, probe }: JudgedToken): string[] {
  if (probe === undefined) return note(message);
  return [probeLine(probe), ...note(message), ...(probe.exitCode === exitCodes.fine ? note(probe.message) : [])];
}

function probeLine({ redeemed, isMfaCompliant, missing }: ProbeDocument): string {
  const mfa = isMfaCompliant === null ? "" : `, ${isMfaCompliant ? "of" : "without"} multi-factor authentication`;
  const granted = missing?.length === 0 ? ", brings all that is declared" : "";
  return `    probe: ${redeemed ? "redeemed" : "not redeemed"}${mfa}${granted}`;
}
