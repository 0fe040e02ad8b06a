/** What a person must do about tokens and client secrets: entries with the same fix are one action. */
import type { Health } from "../../consent/health";
import { lastWith } from "../../consent/lifetime";
import type { Limits } from "../../consent/verdict";
import type { Parts } from "../../errors/failure";
import { stepsOf } from "../../errors/markup";
import { type Action, shown } from "./part";
import type { Row } from "./rows";
import { countOf, type Tone, toneWords } from "./words";

/** The worst first, in the order of the rows. */
export function actionsOf(rows: readonly Row[], limits: Limits): Action[] {
  const urgent = rows.filter(({ tone }) => tone !== "ok" && tone !== "idle");
  const alike = Map.groupBy(urgent, ({ kind, tone, health, problems }) =>
    JSON.stringify([kind, tone, health, stepsOf(fixesOf(problems))]),
  );
  return [...alike.values()].map((group) => actionOf(group, limits));
}

function actionOf(rows: readonly Row[], limits: Limits): Action {
  const [first] = rows as readonly [Row, ...Row[]];
  const texts = rows.map((row) => ({ name: row.name, text: sentencesOf(row.problems) }));
  const isSame = texts.every(({ text }) => text === texts[0]?.text);
  const named =
    rows.length === 1 ? [] : texts.slice(0, shown).map(({ name, text }) => ({ name, text: isSame ? "" : text }));
  const common = isSame && texts[0]?.text !== "" ? [{ text: texts[0]?.text ?? "" }] : [];
  return {
    tone: first.tone as Action["tone"],
    title: `${subjectOf(rows)} ${predicateOf(first, limits, rows.length > 1)}`,
    by: first.tone === "warn" && first.endsOn ? lastWith(limits.failDays, first.endsOn) : undefined,
    said: [...common, ...named],
    more: rows.length - Math.max(named.length, rows.length === 1 ? 1 : 0),
    steps: stepsOf(fixesOf(first.problems)),
  };
}

const sentencesOf = (problems: readonly Parts[]): string =>
  problems
    .flatMap(({ what, why = "" }) => [what, why])
    .filter((text) => text !== "")
    .join(" ");

const fixesOf = (problems: readonly Parts[]) => problems.flatMap(({ fixes = [] }) => fixes);

/** "The token of svc@contoso.example", "The client secret client-secret-a", "12 tokens". */
export function subjectOf(rows: readonly Row[]): string {
  const [first] = rows as readonly [Row, ...Row[]];
  if (rows.length > 1) return countOf(rows.length, first.kind);
  return first.kind === "token" ? `The token of ${first.name}` : `The ${first.kind} ${first.name}`;
}

/** Singular and plural. */
const predicates: Readonly<Record<Health, readonly [string, string]>> = {
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

function predicateOf({ tone, health, daysLeft }: Row, { warnDays }: Limits, several: boolean): string {
  if (tone === "unknown") return "could not be looked at";
  const isSoon = health === "ok" && daysLeft !== null && daysLeft < warnDays;
  const [one, all] = predicates[isSoon ? "expiring" : health];
  return several ? all : one;
}

/** Such as "Failed: refused". */
export const stateOf = ({ tone, health }: Pick<Row, "health"> & { tone: Tone }): string =>
  tone === "ok" || tone === "idle" || health === "ok" ? toneWords[tone] : `${toneWords[tone]}: ${health}`;

/** Something that failed, or that is missing. */
export function failureAction(
  title: string,
  { what, why = "", fixes = [] }: Parts,
  tone: Action["tone"] = "unknown",
): Action {
  const said = [what, why].filter((text) => text !== "").map((text) => ({ text }));
  return { tone, title, said, more: 0, steps: stepsOf(fixes) };
}
