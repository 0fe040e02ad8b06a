/** Status for people: bars on a terminal, plain lines anywhere else. */
import { daysText } from "../../lib/consent/lifetime";
import { marked } from "../report/finding";
import { isToken, type Judged, type JudgedEntry, type JudgedToken, messageOf } from "./verdicts";
import type { ProbeDocument } from "./probe-document";

export interface Look {
  bars: boolean;
  colour: boolean;
}

const barWidth = 20;

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

export function rowOf(one: JudgedEntry, look: Look): Row {
  const about = [dated("ends", one.expiresOn)];
  if (isToken(one)) {
    about.push(one.accountName, dated("consented", one.consentedOn));
    // Metadata does not show a revocation, so a good result always mentions that.
    if (one.probe === undefined && one.state !== "failed") about.push("not redeemed (--probe)");
  }
  const notes = isToken(one) ? notesOf(one) : note(messageOf(one));
  return { name: one.name, ...wordsOf(one, filled(about, ", "), look), notes };
}

const filled = (parts: readonly string[], between: string): string => parts.filter((word) => word !== "").join(between);

const dated = (what: string, time: string): string => (time === "" ? "" : `${what} ${time.slice(0, 10)}`);

function wordsOf(entry: JudgedEntry, about: string, { bars, colour }: Look): Pick<Row, "sign" | "rest"> {
  const { state, share } = entry;
  return {
    sign: bars ? marked(state, colour) : (state === "skipped" ? "unused" : state).padEnd(7),
    rest: filled([...(bars ? [marked(state, colour, bar(share))] : []), lifeOf(entry), about], "  "),
  };
}

function bar(share: number): string {
  const full = Math.round(share * barWidth);
  return "█".repeat(full) + "░".repeat(barWidth - full);
}

function lifeOf({ daysLeft, ageDays }: JudgedEntry): string {
  const left = leftText(daysLeft);
  return ageDays === null ? left : `${left}, ${daysText(ageDays)} old`;
}

/** @param daysLeft null without an end */
export const leftText = (daysLeft: number | null): string =>
  daysLeft === null ? "no end on record" : daysLeft < 0 ? "ended" : `${daysText(daysLeft)} left`;

const note = (message: string): string[] => (message === "" ? [] : [`    ${message}`]);

function notesOf(one: JudgedToken): string[] {
  const { probe } = one;
  return [...(probe ? [probeLine(probe)] : []), ...note(messageOf(one)), ...note(probe?.notes.join(" ") ?? "")];
}

function probeLine({ redeemed, isMfaCompliant, missing }: ProbeDocument): string {
  const mfa = isMfaCompliant === null ? "" : `, ${isMfaCompliant ? "of" : "without"} multi-factor authentication`;
  const granted = missing?.length === 0 ? ", brings all that is declared" : "";
  return `    probe: ${redeemed ? "redeemed" : "not redeemed"}${mfa}${granted}`;
}
