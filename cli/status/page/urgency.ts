/** What a person has to do about tokens and client secrets: what the same step fixes is one thing to do. */
import { lastWith } from "../../../lib/consent/lifetime";
import type { Limits } from "../../../lib/consent/verdict";
import type { Step } from "../../../lib/errors/markup";
import type { State } from "../../report/finding";
import { type Action, shown } from "./part";
import type { Row } from "./rows";
import { countOf, predicates, stateWords } from "./words";

/** The worst first, as the rows are. @param place " in <host>", where there are several */
export function actionsOf(rows: readonly Row[], limits: Limits, place = ""): Action[] {
  const urgent = rows.filter(({ state }) => state !== "ok" && state !== "skipped");
  const alike = Map.groupBy(urgent, (row) => JSON.stringify([row.kind, row.state, row.health, fixesOfAny(row)]));
  return [...alike.values()].map((group) => actionOf(group, limits, place));
}

function actionOf(rows: readonly Row[], limits: Limits, place: string): Action {
  const [first] = rows as readonly [Row, ...Row[]];
  const texts = rows.map(({ name, what, why }) => ({ name, text: [what, why ?? ""].join(" ").trim() }));
  const isSame = texts.every(({ text }) => text === texts[0]?.text);
  const named =
    rows.length === 1 ? [] : texts.slice(0, shown).map(({ name, text }) => ({ name, text: isSame ? "" : text }));
  const common = isSame && texts[0]?.text !== "" ? [{ text: texts[0]?.text ?? "" }] : [];
  return {
    state: first.state,
    title: `${subjectOf(rows, place)} ${predicateOf(first, limits, rows.length > 1)}`,
    by: first.state === "warning" && first.endsOn ? lastWith(limits.failDays, first.endsOn) : undefined,
    said: [...common, ...named],
    more: rows.length - Math.max(named.length, rows.length === 1 ? 1 : 0),
    fixes: rows.length === 1 ? first.fixes : fixesOfAny(first),
  };
}

/** For a tenant to be filled in: those of several stand in the table of tokens. */
const fixesOfAny = ({ fixes, tenantId }: Row): readonly Step[] =>
  fixes.map(({ text, commands }) => ({
    text,
    commands: commands.map(({ line }) => ({ line: line.replaceAll(tenantId ?? line, tenantId ? "<tenant>" : line) })),
  }));

/** "The token of svc@contoso.example", "The client secret client-secret-a", "12 tokens". */
export function subjectOf(rows: readonly Row[], place: string): string {
  const [first] = rows as readonly [Row, ...Row[]];
  if (rows.length > 1) return `${countOf(rows.length, first.kind)}${place}`;
  return `${first.kind === "token" ? "The token of" : `The ${first.kind}`} ${first.name}${place}`;
}

function predicateOf({ state, health, daysLeft }: Row, { warnDays }: Limits, several: boolean): string {
  if (state === "unknown") return "could not be checked";
  const isSoon = health === "ok" && daysLeft !== null && daysLeft < warnDays;
  const [one, all] = predicates[isSoon ? "expiring" : health];
  return several ? all : one;
}

/** Such as "Failed: refused". */
export const stateOf = ({ state, health }: Pick<Row, "health"> & { state: State }): string =>
  state === "ok" || state === "skipped" || health === "ok" ? stateWords[state] : `${stateWords[state]}: ${health}`;
