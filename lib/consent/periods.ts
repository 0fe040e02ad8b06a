/** Rotation by the calendar, in UTC: a label is the day that a credential was due, which decides its end. */
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

/** How many periods a credential is valid for, its own included: two missed rotations do no harm. */
const periodsValid = 4;

/** A day; further labels of one day end in a dash and a number, so that an emergency needs no other day. */
const byDay = /^(\d{4}-\d{2}-\d{2})(?:-(\d{1,3}))?$/u;

/** A moment's period: its first day, which is its label, and the next one's. @param at milliseconds */
export function periodAt(calendar: Calendar, at: number): { label: string; turns: string } | undefined {
  const [start, length] = [startOf(calendar.firstDay), lengthOf(calendar)];
  if (at < start) return undefined;
  const begins = start + Math.floor((at - start) / length) * length;
  return { label: dayOf(begins), turns: dayOf(begins + length) };
}

/** The day in a label; undefined for a label that was chosen by hand. */
export function dayIn(label: string): string | undefined {
  const [, named] = byDay.exec(label) ?? [];
  return named !== undefined && dayOf(startOf(named)) === named ? named : undefined;
}

/** Whether the first of two labels by the calendar is the later one. */
export function isLater(label: string, other: string): boolean {
  const rank = (one: string) => {
    const [, named = "", number = "1"] = byDay.exec(one) ?? [];
    return `${named} ${number.padStart(3, "0")}`;
  };
  return rank(label) > rank(other);
}

/** When a label's credential expires, ISO 8601 in whole seconds, for Entra. @param label by the calendar */
export function endOf(calendar: Calendar, label: string): string {
  const days = Math.min(daysValid(calendar), credentialDays);
  return `${new Date(startOf(dayIn(label) ?? calendar.firstDay) + days * day).toISOString().slice(0, 19)}Z`;
}

/** How many months a certificate is valid: as long as a client secret, in the vault's only unit. */
export const monthsOf = (calendar: Calendar): number =>
  Math.min(Math.ceil(daysValid(calendar) / (365 / 12)), certificateMonths.most);

const daysValid = (calendar: Calendar): number => periodsValid * (lengthOf(calendar) / day);

/** Since when it is due. @param applied the last label; one by hand counts as none @param at milliseconds */
export function dueSince(calendar: Calendar, applied: string | undefined, at: number): string | undefined {
  const current = periodAt(calendar, at);
  const named = applied === undefined ? undefined : dayIn(applied);
  if (current === undefined || (named !== undefined && named >= current.label)) return undefined;
  return (named === undefined ? undefined : periodAt(calendar, startOf(named))?.turns) ?? calendar.firstDay;
}

/** Whole days since a day began. @param at milliseconds */
export const daysSince = (since: string, at: number): number => Math.floor((at - startOf(since)) / day);

/** The label of a credential that is created now. @param taken existing labels @param at milliseconds */
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

/** For one run. "applied": what was applied last is declared, so that a due rotation shows no change. */
export const periodVariable = "SECURE_APP_MODEL_PERIOD";

/** The label that becomes the current one, independent of the calendar. Set by `rotate`. */
export const labelVariable = "SECURE_APP_MODEL_CREDENTIAL";

/** "true": the credentials other than the current one are removed at once. Set by `rotate --revoke-now`. */
export const revokeVariable = "SECURE_APP_MODEL_REVOKE";
