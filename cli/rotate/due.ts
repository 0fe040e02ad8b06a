/** Due rotations, from a stack's settings and outputs. */
import { overdueDays as overdue, type Generation } from "../../lib/config/limits";
import { daysSince, dueSince, generationsIn } from "../../lib/credential/generations";
import { daysText } from "../../lib/credential/lifetime";
import { fixDocument } from "../../lib/errors/document";
import { type Fix, namespace, ownCommand, run } from "../../lib/errors/failure";
import { fixText } from "../../lib/errors/text";
import { now } from "../../lib/startup/clock";

export interface Due {
  /** Date on which the rotation was due: YYYY-MM-DD, UTC. */
  since: string;
  days: number;
  /** Whether `days` exceeds the stack's `credential.overdueDays`. */
  isOverdue: boolean;
}

export interface CalendarSettings {
  rotateEvery?: string;
  overdueDays?: number;
}

/** @param applied generations, the current one first @returns undefined if no rotation is due, and before the first run */
export function dueOf(
  { rotateEvery, overdueDays = overdue.default }: CalendarSettings,
  [current]: readonly Generation[],
  at = now(),
): Due | undefined {
  const since = current && dueSince(current, rotateEvery, at);
  if (since === undefined) return undefined;
  const days = daysSince(since, at);
  return { since, days, isOverdue: days > overdueDays };
}

/** Settings in a stack's configuration, in the engine's form; the program has checked them. */
export const credentialIn = (config: Readonly<Record<string, string>>): CalendarSettings =>
  JSON.parse(config[`${namespace}:credential`] ?? "{}") as CalendarSettings;

/** The generations in the stack's outputs. */
export function appliedIn({ credential }: Readonly<Record<string, unknown>>): readonly Generation[] {
  return generationsIn(((credential ?? {}) as { generations?: unknown }).generations);
}

export function dueText(stack: string, { since, days, isOverdue }: Due): string {
  const ago = days === 0 ? "today" : `${daysText(days)} ago`;
  const said = `Rotation is due since ${since}, ${ago}`;
  return isOverdue ? [`${said}: it is overdue.`, fixText(rotation(stack))].join("\n") : `${said}.`;
}

export const dueDocument = (stack: string, due: Due): object => ({
  ...due,
  ...(due.isOverdue && { fix: fixDocument(rotation(stack)) }),
});

export const rotation = (stack: string): Fix =>
  run("Rotate, if the scheduled run does not", ownCommand("rotate", "--scheduled", "--stack", stack));
