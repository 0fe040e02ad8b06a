/** How long something is still valid: the one calculation for tokens and client secrets. */
import { now } from "../startup/clock";

/** Milliseconds. */
export const day = 24 * 3600 * 1000;

/** Health values, explained in docs/architecture.md. Versions' metadata shows none of the values after `foreign`. */
export type Health =
  | ReturnType<typeof lifetimeOf>
  | "missing"
  | "disabled"
  | "deleted"
  | "foreign"
  | "refused"
  | "incomplete"
  | "unfinished"
  | "unreadable";

/** @param end undefined: does not expire @param warnDays the whole days that must be left for "ok" */
export function lifetimeOf(end: Date | undefined, warnDays: number, at = now()): "ok" | "expiring" | "expired" {
  if (end === undefined) return "ok";
  if (end.getTime() <= at) return "expired";
  return daysUntil(end, at) < warnDays ? "expiring" : "ok";
}

/** Whole days, rounded down: negative after the expiry. */
export function daysUntil(end: Date, at = now()): number {
  return Math.floor((end.getTime() - at) / day);
}

/** The last moment at which this many whole days are left before an expiry. */
export const lastWith = (days: number, end: Date): Date => new Date(end.getTime() - days * day);

export function daysText(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}
