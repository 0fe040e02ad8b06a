/** The generations of a stack's credential that a run declares: docs/decisions/0014. */
import * as v from "valibot";
import { byPerson, Failure, restoreBackup } from "../errors/failure";
import { type CredentialKind, credentialKinds, type Generation } from "../config/limits";
import type { Question } from "../config/own-variables";
import { day } from "./lifetime";

export interface Known {
  /** The generations of the stack's last deployment, the current one first. */
  applied: readonly Generation[];
  /** The kind of a new generation; undefined: somebody else keeps the client secret. */
  kind: CredentialKind | undefined;
  rotateEvery?: string | undefined;
  asked?: Question | undefined;
  /** Milliseconds. */
  at: number;
}

const generations = v.array(
  v.object({
    number: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    kind: v.picklist(credentialKinds),
    day: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/u)),
  }),
);

/** The generations in a stack's outputs; none before the first deployment. @throws Failure for another form, which no deployment writes */
export function generationsIn(found: unknown): readonly Generation[] {
  if (found === undefined) return [];
  if (v.is(generations, found)) return found;
  throw new Failure("state-names-another", {
    what: "The stack's output credential has generations in a form that no deployment writes.",
    why: "Everyone who can write to the state can change it, and the next rotation goes by it.",
    fixes: [byPerson("Find out who wrote it, and restore the previous state", restoreBackup)],
  });
}

/** @returns the current generation, then the previous; only a former one if somebody else keeps the client secret */
export function planGenerations({ applied, kind, rotateEvery, asked, at }: Known): Generation[] {
  const [current] = applied;
  if (kind === undefined) return current === undefined || asked === "finish" ? [] : [current];
  const next = (before: number): Generation => ({ number: before + 1, kind, day: dayOf(at) });
  if (current === undefined) return [next(0)];
  const made = next(current.number);
  if (asked === "revoke") return [made];
  if (asked === "finish") return [current];
  const isDue = asked !== "applied" && dueSince(current, rotateEvery, at) !== undefined;
  return asked === "next" || isDue || current.kind !== kind ? [made, current] : applied.slice(0, 2);
}

/** The day, YYYY-MM-DD in UTC, since when a new generation is due. @param at milliseconds */
export function dueSince(current: Generation, rotateEvery: string | undefined, at: number): string | undefined {
  if (rotateEvery === undefined) return undefined;
  const due = startOf(current.day) + lengthOf(rotateEvery);
  return at < due ? undefined : dayOf(due);
}

/** Whole days since a day began. @param at milliseconds */
export const daysSince = (since: string, at: number): number => Math.floor((at - startOf(since)) / day);

/** The end of a client secret created at a time, ISO 8601 in whole seconds, for Entra. @param at milliseconds */
export function endOf(at: number, months: number): string {
  const [year = 0, month = 1, date = 1] = dayOf(at).split("-").map(Number);
  return `${new Date(Date.UTC(year, month - 1 + months, date)).toISOString().slice(0, 19)}Z`;
}

/** A generation's label, "c7": the end of its resources' names. */
export const labelOf = ({ number }: Pick<Generation, "number">): string => `c${number}`;

/** The model's name, "partner", in the name of a generation's resource, "partner-c7"; undefined for other names. */
export const modelOf = (name: string): string | undefined => /^(.+)-c\d+$/u.exec(name)?.[1];

const lengthOf = (rotateEvery: string): number => Number.parseInt(rotateEvery, 10) * day;

const startOf = (named: string): number => Date.parse(`${named}T00:00:00Z`);

function dayOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 10);
}
