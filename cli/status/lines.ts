/** Status for people: bars on a terminal, plain lines anywhere else. */
import { daysText } from "../../lib/credential/lifetime";
import { fixDocuments } from "../../lib/errors/document";
import { textOf } from "../../lib/errors/text";
import { marked } from "../report/finding";
import type { ProbeDocument } from "./probe-document";
import { isToken, type Judged, type JudgedEntry, saidOf } from "./verdicts";

/** The width of a terminal that nobody has made wider. */
const columns = 80;
const barWidth = 10;
/** That of a token's name: a longer one stands alone. */
const widestName = 50;

/** @param isColoured default: where the terminal shows colours */
export function statusLines({ tokens, credentials }: Judged, bars: boolean, isColoured?: boolean): string[] {
  const all = [...tokens, ...credentials];
  const width = bars ? all.reduce((widest, { name }) => Math.max(widest, Math.min(widestName, name.length)), 0) : 0;
  return all.flatMap((one) => {
    const { state, name, share, daysLeft } = one;
    const sign = bars ? marked(state, isColoured) : (state === "skipped" ? "unused" : state).padEnd(8);
    const bar = bars && daysLeft !== null ? `  ${marked(state, isColoured, barOf(share))}` : "";
    const left = leftText(daysLeft);
    return name.length > widestName
      ? [`${sign} ${name}`, ...fitted([left, ...aboutOf(one)], ", "), ...notesOf(one)]
      : [`${sign} ${name.padEnd(width)}${bar}  ${left}`, ...fitted(aboutOf(one), ", "), ...notesOf(one)];
  });
}

/** Indented, and broken only between the parts: what is longer than a line stays whole, to be copied. */
function fitted(parts: readonly string[], between: string): string[] {
  const lines: string[] = [];
  for (const part of parts.filter((one) => one !== "")) {
    const last = lines.pop();
    const line = last === undefined ? indent + part : last + between + part;
    if (last === undefined || line.length < columns) lines.push(line);
    else lines.push(last + between.trimEnd(), indent + part);
  }
  return lines;
}

const indent = "  ";

function barOf(share: number): string {
  const full = Math.round(share * barWidth);
  return "█".repeat(full) + "░".repeat(barWidth - full);
}

/** @param daysLeft null without an end */
export const leftText = (daysLeft: number | null): string =>
  daysLeft === null ? "no end on record" : daysLeft < 0 ? "ended" : `${daysText(daysLeft)} left`;

function aboutOf(one: JudgedEntry): string[] {
  const { expiresOn, ageDays } = one;
  const life = [dated("ends", expiresOn), ageDays === null ? "" : `${daysText(ageDays)} old`];
  if (!isToken(one))
    return [
      one.kind === "secret" ? "client secret" : "certificate",
      ...life,
      dated("predecessor ends", one.previousExpiresOn),
    ];
  // Metadata does not show a revocation, so a good result always mentions that.
  const redeemed = one.probe === undefined && one.state !== "failed" ? "not tested (--probe)" : "";
  return [one.accountName, ...life, dated("consented", one.consentedOn), redeemed];
}

const dated = (what: string, time: string): string => (time === "" ? "" : `${what} ${time.slice(0, 10)}`);

/** A command is not broken. */
function notesOf(one: JudgedEntry): string[] {
  const probe = isToken(one) ? one.probe : undefined;
  const { fixes, ...said } = saidOf(one);
  const texts = [probe === undefined ? "" : probeText(probe), textOf(said), probe?.notes.join(" ") ?? ""];
  const steps = fixDocuments({ fixes }).map(({ text, commands }, index, { length }) => {
    const lines = [...new Set(commands.map(({ line }) => line))];
    const head = `${length === 1 ? "" : `${index + 1}. `}${text}${lines.length === 0 ? "" : ":"}`;
    return [...head.split(" "), ...lines.map((line, at) => `${line}${at < lines.length - 1 ? ", then" : ""}`)];
  });
  return [...texts.map((text) => text.split(/\s+/u)), ...steps].flatMap((parts) => fitted(parts, " "));
}

function probeText({ redeemed, isMfaCompliant, missing }: ProbeDocument): string {
  const mfa = isMfaCompliant === null ? "" : `; signed in ${isMfaCompliant ? "with" : "without"} MFA`;
  const granted = missing?.length === 0 ? "; has all permissions" : "";
  return `probe: ${redeemed ? "works" : "failed"}${mfa}${granted}`;
}
