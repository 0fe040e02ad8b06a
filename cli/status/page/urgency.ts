/** What a person has to do about tokens and client secrets: what the same step fixes is one thing to do. */
import { lastWith } from "../../../lib/consent/lifetime";
import type { Limits } from "../../../lib/consent/verdict";
import type { Parts } from "../../../lib/errors/failure";
import { type Step, stepsOf } from "../../../lib/errors/markup";
import { type Action, shown } from "./part";
import type { Row } from "./rows";
import { countOf, predicates, type Severity, severityWords } from "./words";

/** The worst first, as the rows are. @param place " in <host>", where there are several */
export function actionsOf(rows: readonly Row[], limits: Limits, place = ""): Action[] {
  const urgent = rows.filter(({ severity }) => severity !== "ok" && severity !== "idle");
  const alike = Map.groupBy(urgent, (row) => JSON.stringify([row.kind, row.severity, row.health, stepsOfAny(row)]));
  return [...alike.values()].map((group) => actionOf(group, limits, place));
}

function actionOf(rows: readonly Row[], limits: Limits, place: string): Action {
  const [first] = rows as readonly [Row, ...Row[]];
  const texts = rows.map(({ name, said }) => ({ name, text: said }));
  const isSame = texts.every(({ text }) => text === texts[0]?.text);
  const named =
    rows.length === 1 ? [] : texts.slice(0, shown).map(({ name, text }) => ({ name, text: isSame ? "" : text }));
  const common = isSame && texts[0]?.text !== "" ? [{ text: texts[0]?.text ?? "" }] : [];
  return {
    severity: first.severity as Action["severity"],
    title: `${subjectOf(rows, place)} ${predicateOf(first, limits, rows.length > 1)}`,
    by: first.severity === "warn" && first.endsOn ? lastWith(limits.failDays, first.endsOn) : undefined,
    said: [...common, ...named],
    more: rows.length - Math.max(named.length, rows.length === 1 ? 1 : 0),
    steps: rows.length === 1 ? first.steps : stepsOfAny(first),
  };
}

/** For a tenant to be filled in: those of several stand in the table of tokens. */
const stepsOfAny = ({ steps, tenantId }: Row): readonly Step[] =>
  tenantId === undefined
    ? steps
    : steps.map(({ text, lines }) => ({ text, lines: lines.map((line) => line.replaceAll(tenantId, "<tenant>")) }));

/** "The token of svc@contoso.example", "The client secret client-secret-a", "12 tokens". */
export function subjectOf(rows: readonly Row[], place: string): string {
  const [first] = rows as readonly [Row, ...Row[]];
  if (rows.length > 1) return `${countOf(rows.length, first.kind)}${place}`;
  return `${first.kind === "token" ? "The token of" : `The ${first.kind}`} ${first.name}${place}`;
}

function predicateOf({ severity, health, daysLeft }: Row, { warnDays }: Limits, several: boolean): string {
  if (severity === "unknown") return "could not be checked";
  const isSoon = health === "ok" && daysLeft !== null && daysLeft < warnDays;
  const [one, all] = predicates[isSoon ? "expiring" : health];
  return several ? all : one;
}

/** Such as "Failed: refused". */
export const stateOf = ({ severity, health }: Pick<Row, "health"> & { severity: Severity }): string =>
  severity === "ok" || severity === "idle" || health === "ok"
    ? severityWords[severity]
    : `${severityWords[severity]}: ${health}`;

/** Something that failed, or that is missing. */
export function failureAction(
  title: string,
  { what, why = "", fixes = [] }: Parts,
  severity: Action["severity"] = "unknown",
): Action {
  const said = [what, why].filter((text) => text !== "").map((text) => ({ text }));
  return { severity, title, said, more: 0, steps: stepsOf(fixes) };
}
