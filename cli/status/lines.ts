/** Status for people: bars on a terminal, plain lines anywhere else. */
import type { Verdict } from "../../consent/verdict";
import type { Judged, JudgedSecret, JudgedToken, Judgement } from "./verdicts";
import type { Probe } from "./probe";

export interface Look {
  /** Whether to draw bars. */
  bars: boolean;
  /** Whether to colour. */
  colour: boolean;
}

const barWidth = 20;
const signs: Readonly<Record<Verdict, { sign: string; colour: number }>> = {
  ok: { sign: "✓", colour: 32 },
  warn: { sign: "!", colour: 33 },
  fail: { sign: "✗", colour: 31 },
  unknown: { sign: "?", colour: 35 },
};

export function statusLines(
  { tokens, clientSecrets }: Judged,
  probes: ReadonlyMap<string, Probe>,
  look: Look,
): string[] {
  // A name longer than the others would move its bar out of their column.
  const width = look.bars ? Math.max(...[...tokens, ...clientSecrets].map(({ name }) => name.length)) : 0;
  return [
    ...tokens.flatMap((one) => [
      row(one, aboutToken(one), look, width),
      ...notes(one),
      ...probeLines(probes.get(one.name)),
    ]),
    ...clientSecrets.flatMap((one) => [row(one, aboutSecret(one), look, width), ...notes(one)]),
  ];
}

function row(entry: Judgement & { name: string }, about: string, { bars, colour }: Look, width: number): string {
  const { sign, colour: number } = signs[entry.verdict];
  const paint = (text: string) => (colour ? `\u001b[${number}m${text}\u001b[0m` : text);
  const words = [bars ? paint(sign) : entry.verdict.padEnd(7), entry.name.padEnd(width)];
  if (bars) words.push(paint(bar(entry.share)));
  return [...words, lifeOf(entry), about].filter((word) => word !== "").join("  ");
}

function bar(share: number): string {
  const full = Math.round(share * barWidth);
  return "█".repeat(full) + "░".repeat(barWidth - full);
}

function lifeOf({ daysLeft, ageDays }: Judgement): string {
  const age = ageDays === null ? "" : `, ${days(ageDays)} old`;
  if (daysLeft === null) return `no end on record${age}`;
  return `${daysLeft < 0 ? "ended" : `${days(daysLeft)} left`}${age}`;
}

const days = (count: number): string => `${count} day${count === 1 ? "" : "s"}`;

function aboutToken({ accountName, consentedOn, expiresOn }: JudgedToken): string {
  return [
    expiresOn === "" ? "" : `ends ${expiresOn.slice(0, 10)}`,
    accountName,
    consentedOn === "" ? "" : `consented ${consentedOn.slice(0, 10)}`,
  ]
    .filter((word) => word !== "")
    .join(", ");
}

const aboutSecret = ({ expiresOn }: JudgedSecret): string => (expiresOn === "" ? "" : `ends ${expiresOn.slice(0, 10)}`);

const notes = ({ says }: Judgement): string[] => (says === "" ? [] : [`    ${says}`]);

function probeLines(probe: Probe | undefined): string[] {
  if (probe === undefined) return [];
  const { redeemed, isMfaCompliant, says } = probe;
  const known = { true: "of multi-factor authentication", false: "without multi-factor authentication" } as const;
  const mfa = isMfaCompliant === null ? "" : `, ${known[String(isMfaCompliant) as "true" | "false"]}`;
  return [`    probe: ${redeemed ? "redeemed" : "not redeemed"}${mfa}`, ...(says === "" ? [] : [`    ${says}`])];
}
