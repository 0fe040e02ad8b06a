/** What a person has to do about tokens and client secrets: what the same step fixes is one thing to do. */
import type { Health } from "../../consent/health";
import { lastWith } from "../../consent/lifetime";
import type { Limits } from "../../consent/verdict";
import type { Parts } from "../../errors/failure";
import { type Step, stepsOf } from "../../errors/markup";
import { fixesFor } from "../printed-fixes";
import { type Action, shown } from "./part";
import type { Row } from "./rows";
import { countOf, type Tone, toneWords } from "./words";

/** The worst first, as the rows are. */
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
    steps: stepsFor(rows),
  };
}

function stepsFor(rows: readonly Row[]): Step[] {
  const [{ tenantId, problems }] = rows as readonly [Row, ...Row[]];
  const fixes = fixesOf(problems);
  if (tenantId === undefined) return stepsOf(fixes);
  // Those of several stand in the table of tokens.
  return stepsOf(fixesFor(rows.length === 1 ? tenantId : "<tenant>", fixes));
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

/** For one, and for several. */
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

/** Something that went wrong in place of what was asked for; or what is missing altogether. */
export function failureAction(
  title: string,
  { what, why = "", fixes = [] }: Parts,
  tone: Action["tone"] = "unknown",
): Action {
  const said = [what, why].filter((text) => text !== "").map((text) => ({ text }));
  return { tone, title, said, more: 0, steps: stepsOf(fixes) };
}
