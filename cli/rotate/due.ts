/** Whether a rotation is due, from a stack's settings and its outputs. */
import { overdueDays as overdue } from "../../lib/config/limits";
import type { AppliedCredential } from "../../lib/consent/credential-plan";
import { type Calendar, calendarOf, daysSince, dueSince } from "../../lib/consent/periods";
import { daysText } from "../../lib/consent/lifetime";
import { fixDocument } from "../../lib/errors/document";
import { type Fix, namespace, ownCommand, run } from "../../lib/errors/failure";
import { fixText } from "../../lib/errors/text";
import { now } from "../../lib/startup/clock";

export interface Due {
  /** YYYY-MM-DD, UTC. */
  since: string;
  days: number;
  /** Whether that is more than the stack's `credential.overdueDays`. */
  isOverdue: boolean;
}

export type CredentialSettings = Partial<Calendar> & { overdueDays?: number };

/** @param applied the current one first @returns undefined also before the first run */
export function dueOf(
  settings: CredentialSettings | undefined,
  applied: readonly AppliedCredential[],
  at = now(),
): Due | undefined {
  const calendar = calendarOf(settings);
  const [current] = applied;
  if (calendar === undefined || current === undefined) return undefined;
  const since = dueSince(calendar, current.label, at);
  if (since === undefined) return undefined;
  const days = daysSince(since, at);
  return { since, days, isOverdue: days > (settings?.overdueDays ?? overdue.default) };
}

/** From a stack's configuration in the engine's form; the program has checked it. */
export function credentialIn(config: Readonly<Record<string, string>>): CredentialSettings | undefined {
  const text = config[`${namespace}:credential`];
  return text === undefined ? undefined : (JSON.parse(text) as CredentialSettings);
}

/** The credentials of a calendar in the stack's outputs. */
export function appliedIn(outputs: Readonly<Record<string, unknown>>): readonly AppliedCredential[] {
  const { credentials } = outputs;
  return Array.isArray(credentials) ? (credentials as AppliedCredential[]) : [];
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
