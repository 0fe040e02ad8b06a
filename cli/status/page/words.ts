/** How the page writes times, counts and states. Times are UTC. */
import type { Health } from "../../../lib/credential/lifetime";
import type { State } from "../../report/finding";

export const stateWords: Readonly<Record<State, string>> = {
  ok: "OK",
  warning: "Warning",
  failed: "Failed",
  unknown: "Could not tell",
  skipped: "Unused",
};

/** What is to be said of one, and of several. */
export const predicates: Readonly<Record<Health, readonly [string, string]>> = {
  ok: ["needs a person", "need a person"],
  expiring: ["ends soon", "end soon"],
  expired: ["has expired", "have expired"],
  missing: ["is missing", "are missing"],
  deleted: ["was deleted", "were deleted"],
  disabled: ["is disabled", "are disabled"],
  foreign: ["is not of this model", "are not of this model"],
  refused: ["is refused by Entra", "are refused by Entra"],
  incomplete: ["lacks a permission", "lack a permission"],
  unfinished: ["is not finished", "are not finished"],
  unreadable: ["could not be read", "could not be read"],
};

const long = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** "12 March 2027". */
export const dayText = (time: Date): string => long.format(time);

/** "12 March 2027, 08:05 UTC". */
export const momentText = (time: Date): string => `${dayText(time)}, ${time.toISOString().slice(11, 16)} UTC`;

export const numberText = (count: number): string => count.toLocaleString("en-US");

/** "1 token", "12 tokens". */
export const countOf = (count: number, one: string): string => `${numberText(count)} ${count === 1 ? one : `${one}s`}`;

/** "a", "a and b", "a, b and c". */
export const listOf = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
