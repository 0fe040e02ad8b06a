/**
 * Rotation by the calendar: periods of equal length from a fixed first day, in UTC. A credential is called by the day that it was due from,
 * and ends at a time that follows from that day alone: nothing that is declared moves within a period.
 */
import { certificateMonths, credentialDays } from "../config/limits";
import { day } from "./lifetime";

export interface Calendar {
  /** The length of a period in days: "90d". */
  rotateEvery: string;
  /** When the first period begins, YYYY-MM-DD in UTC. */
  firstDay: string;
}

/** The calendar in the settings; undefined for a rotation by hand. */
export function calendarOf(credential: Partial<Calendar> | undefined): Calendar | undefined {
  const { rotateEvery, firstDay } = credential ?? {};
  return rotateEvery === undefined || firstDay === undefined ? undefined : { rotateEvery, firstDay };
}

export interface Period {
  /** Its first day, YYYY-MM-DD: the label of its credential. */
  label: string;
  /** The day that the next one begins, YYYY-MM-DD. */
  turns: string;
}

/** How many periods a credential is valid for: its own, and three more, so that two that are missed lose nothing. */
const periodsValid = 4;

/** A day, and behind a dash the how manieth of that day from the second on: an emergency needs no other day. */
const byDay = /^(\d{4}-\d{2}-\d{2})(?:-(\d{1,3}))?$/u;

/** The period of an instant; undefined before the first. @param at milliseconds */
export function periodAt(calendar: Calendar, at: number): Period | undefined {
  const [start, length] = [startOf(calendar.firstDay), lengthOf(calendar)];
  if (at < start) return undefined;
  const begins = start + Math.floor((at - start) / length) * length;
  return { label: dayOf(begins), turns: dayOf(begins + length) };
}

/** The day that a label names; undefined for a label that was chosen by hand. */
export function dayIn(label: string): string | undefined {
  const [, named] = byDay.exec(label) ?? [];
  return named !== undefined && dayOf(startOf(named)) === named ? named : undefined;
}

/** Of two labels by the calendar, whether the first is the later one. */
export function isLater(label: string, other: string): boolean {
  const rank = (one: string) => {
    const [, named = "", number = "1"] = byDay.exec(one) ?? [];
    return `${named} ${number.padStart(3, "0")}`;
  };
  return rank(label) > rank(other);
}

/** When the credential of a label ends, ISO 8601 in whole seconds, as Entra answers it. @param label one by the calendar */
export function endOf(calendar: Calendar, label: string): string {
  const days = Math.min(daysValid(calendar), credentialDays);
  return `${new Date(startOf(dayIn(label) ?? calendar.firstDay) + days * day).toISOString().slice(0, 19)}Z`;
}

/** How many months a certificate is valid that is made by the calendar: as long as a client secret, in the vault's only unit. */
export function monthsOf(calendar: Calendar): number {
  return Math.min(Math.ceil(daysValid(calendar) / (365 / 12)), certificateMonths.most);
}

/** How many days a credential by the calendar is wanted to be valid. */
const daysValid = (calendar: Calendar): number => periodsValid * (lengthOf(calendar) / day);

/**
 * Since when the rotation is due, YYYY-MM-DD: the first turn after the day of the credential that the stack applied last.
 * @param applied its label; one by hand, or none, is due from the first day on
 * @param at milliseconds
 * @returns undefined when none is due
 */
export function dueSince(calendar: Calendar, applied: string | undefined, at: number): string | undefined {
  const current = periodAt(calendar, at);
  const named = applied === undefined ? undefined : dayIn(applied);
  if (current === undefined || (named !== undefined && named >= current.label)) return undefined;
  return (named === undefined ? undefined : periodAt(calendar, startOf(named))?.turns) ?? calendar.firstDay;
}

/** Whole days since a day began. @param at milliseconds */
export const daysSince = (since: string, at: number): number => Math.floor((at - startOf(since)) / day);

/** What a credential is called that is made now, whatever the calendar says. @param taken labels that are there @param at milliseconds */
export function labelOfToday(taken: readonly string[], at: number): string {
  const today = dayOf(at);
  for (let number = 2, label = today; ; label = `${today}-${number++}`) if (!taken.includes(label)) return label;
}

const lengthOf = ({ rotateEvery }: Calendar): number => Number.parseInt(rotateEvery, 10) * day;

const startOf = (named: string): number => Date.parse(`${named}T00:00:00Z`);

function dayOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 10);
}
