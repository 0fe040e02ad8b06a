/** Status for people: bars on a terminal, plain lines anywhere else. */
import { daysText } from "../../lib/consent/lifetime";
import { marked } from "../report/finding";
import type { ProbeDocument } from "./probe-document";
import { isToken, type Judged, type JudgedEntry, messageOf } from "./verdicts";

const barWidth = 20;

/** @param isColoured default: where the terminal shows colours */
export function statusLines({ tokens, clientSecrets }: Judged, bars: boolean, isColoured?: boolean): string[] {
  const all = [...tokens, ...clientSecrets];
  // All names are padded to the longest one, so that the bars are aligned.
  const width = bars ? all.reduce((widest, { name }) => Math.max(widest, name.length), 0) : 0;
  return all.flatMap((one) => {
    const { state, name, share } = one;
    const sign = bars ? marked(state, isColoured) : (state === "skipped" ? "unused" : state).padEnd(7);
    const bar = bars ? marked(state, isColoured, barOf(share)) : "";
    const line = filled([sign, name.padEnd(width), bar, lifeOf(one), aboutOf(one)], "  ");
    return [line, ...notesOf(one).map((note) => `    ${note}`)];
  });
}

const filled = (parts: readonly string[], between: string): string => parts.filter((word) => word !== "").join(between);

function barOf(share: number): string {
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

function aboutOf(one: JudgedEntry): string {
  const end = dated("ends", one.expiresOn);
  if (!isToken(one)) return end;
  // Metadata does not show a revocation, so a good result always mentions that.
  const redeemed = one.probe === undefined && one.state !== "failed" ? "not tested (--probe)" : "";
  return filled([end, one.accountName, dated("consented", one.consentedOn), redeemed], ", ");
}

const dated = (what: string, time: string): string => (time === "" ? "" : `${what} ${time.slice(0, 10)}`);

function notesOf(one: JudgedEntry): string[] {
  const probe = isToken(one) ? one.probe : undefined;
  const notes = [probe === undefined ? "" : probeText(probe), messageOf(one), probe?.notes.join(" ") ?? ""];
  return notes.filter((note) => note !== "");
}

function probeText({ redeemed, isMfaCompliant, missing }: ProbeDocument): string {
  const mfa = isMfaCompliant === null ? "" : `; signed in ${isMfaCompliant ? "with" : "without"} MFA`;
  const granted = missing?.length === 0 ? "; has all permissions" : "";
  return `probe: ${redeemed ? "works" : "failed"}${mfa}${granted}`;
}
