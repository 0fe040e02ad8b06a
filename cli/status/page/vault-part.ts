/** Whether the tokens and client secrets of the vaults are good, and what a person has to do next. */
import { lastWith } from "../../../lib/consent/lifetime";
import type { Parts } from "../../../lib/errors/failure";
import type { Step } from "../../../lib/errors/markup";
import { noToken } from "../../redemption/partner-token";
import { type State, worstState } from "../../report/finding";
import { answerOf } from "./answer";
import { type Action, type Fact, failureAction, shown } from "./part";
import { outlookOf, type Row, rowsIn, sorted, stepsOf, type VaultRows, type Vaults } from "./vaults";
import { countOf, dayText, numberText, predicates, stateWords } from "./words";

/** "renew the token of svc@contoso.example", which is an action from that day on. */
export type Next = Action & Record<"from" | "by", Date>;

export const idsOf = (index: number): Record<"tokens" | "secrets", string> => {
  const behind = index === 0 ? "" : `-${index}`;
  return { tokens: `tokens${behind}`, secrets: `client-secrets${behind}` };
};

export interface VaultPart {
  state: State;
  answer: string;
  /** What has to be done next, if nothing must be done now. */
  next: Next | undefined;
  facts: Fact[];
  actions: Action[];
}

export function vaultPart(vaults: Vaults): VaultPart {
  const state = worstState(vaults.map(stateOfVault));
  const nexts = state === "ok" ? vaults.flatMap(nextOf) : [];
  return {
    state,
    answer: answerOf(vaults),
    next: nexts.toSorted((one, other) => one.by.getTime() - other.by.getTime())[0],
    facts: vaults.flatMap((one, index) => [
      ...factsOf(one.tokens, one.place, idsOf(index).tokens),
      ...factsOf(one.secrets, one.place, idsOf(index).secrets),
    ]),
    actions: vaults.flatMap((one) => [...actionsAbout(one), ...actionsIn(one)]),
  };
}

function stateOfVault(vault: VaultRows): State {
  if (vault.failure) return "unknown";
  return vault.tokens.length === 0 ? "failed" : worstState(rowsIn(vault).map(({ state }) => state));
}

/** A fact for each kind: "12 tokens: 2 warning, 10 OK". */
const factsOf = (all: readonly Row[], place: string, section: string): Fact[] =>
  [...Map.groupBy(all, ({ kind }) => kind)].map(([kind, rows]) => {
    const counts = [...Map.groupBy(rows, ({ state }) => state)].map(([state, { length }]) => {
      const word = state === "ok" ? stateWords.ok : stateWords[state].toLowerCase();
      return `${numberText(length)} ${word}`;
    });
    const state = worstState(rows.map((one) => one.state));
    return { state, text: `${countOf(rows.length, kind)}${place}: ${counts.join(", ")}`, section };
  });

/** What `status` will say on the first day of warning is what has to be done. */
function nextOf(vault: VaultRows): Next[] {
  const { limits, place, target } = vault;
  const ends = rowsIn(vault).flatMap((row) =>
    row.state === "skipped" || !row.endsOn ? [] : [{ row, end: row.endsOn }],
  );
  const [first] = ends.toSorted((one, other) => one.end.getTime() - other.end.getTime());
  if (first === undefined) return [];
  const { row, end } = first;
  const [from, by] = [lastWith(limits.warnDays, end), lastWith(limits.failDays, end)];
  const due = ends.filter((one) => one.row.kind === row.kind && dayText(one.end) === dayText(end));
  const { fixes } = outlookOf({ ...row, health: "ok" }, limits, new Date(from.getTime() + 1));
  const subject = subjectOf(row, due.length, place);
  return [
    {
      state: "ok",
      title: `${row.kind === "token" ? "renew" : "rotate"} ${subject.charAt(0).toLowerCase()}${subject.slice(1)}`,
      by,
      from,
      fixes: stepsOf(fixes, target).slice(0, 1),
    },
  ];
}

function actionsAbout({ failure, tokens, vaultUri: uri, host, place, target }: VaultRows): Action[] {
  const action = (title: string, { what, why = "", fixes = [] }: Parts, state?: State) => [
    failureAction(title, { what, why, fixes: stepsOf(fixes, target) }, state),
  ];
  if (failure) return action(`The vault${place === "" ? "" : ` ${host}`} could not be checked`, failure);
  return tokens.length > 0 ? [] : action(`Nobody has consented yet${place}`, noToken({ uri }), "failed");
}

/** The worst first; what the same step fixes is one thing to do. */
function actionsIn(vault: VaultRows): Action[] {
  const urgent = sorted(rowsIn(vault)).filter(({ state }) => state !== "ok" && state !== "skipped");
  const alike = Map.groupBy(urgent, (row) => JSON.stringify([row.kind, row.state, row.health, fixesOfAny(row)]));
  return [...alike.values()].flatMap(([first, ...others]) => (first ? [actionOf(first, others, vault)] : []));
}

function actionOf(first: Row, others: readonly Row[], { limits, place }: VaultRows): Action {
  const { state, health, daysLeft, endsOn, fixes } = first;
  const isSoon = health === "ok" && daysLeft !== null && daysLeft < limits.warnDays;
  const [one, several] = state === "unknown" ? unchecked : predicates[isSoon ? "expiring" : health];
  const reasons = [...Map.groupBy([first, ...others], reasonOf).values()];
  const said = reasons.slice(0, shown).map((rows) => ({
    text: new Set(rows.map(textOf)).size === 1 ? textOf(rows[0] ?? first) : reasonOf(rows[0] ?? first),
    names: others.length === 0 ? [] : rows.map(({ short }) => short),
  }));
  return {
    state,
    title: `${subjectOf(first, others.length + 1, place)} ${others.length === 0 ? one : several}`,
    by: state === "warning" && endsOn ? lastWith(limits.failDays, endsOn) : undefined,
    said,
    more: reasons.slice(shown).flat().length,
    fixes: others.length === 0 ? fixes : fixesOfAny(first),
  };
}

const textOf = ({ what, why }: Row): string => `${what} ${why ?? ""}`.trim();

/** Without what differs from one token to the next: its tenant, its account, ids and times. */
const reasonOf = (row: Row): string =>
  [row.tenantId ?? row.name, row.name]
    .reduce((text, own) => text.replaceAll(own, "…"), textOf(row))
    .replaceAll(/[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z/giu, "…");

const unchecked = ["could not be checked", "could not be checked"] as const;

/** For a tenant to be filled in: those of several stand in the table of tokens. */
const fixesOfAny = ({ fixes, tenantId }: Row): readonly Step[] =>
  fixes.map(({ text, commands }) => ({
    text,
    commands: commands.map(({ line }) => ({ line: tenantId ? line.replaceAll(tenantId, "<tenant>") : line })),
  }));

/** "The token of svc@contoso.example", "The client secret client-secret-a", "12 tokens". */
function subjectOf({ kind, name }: Row, count: number, place: string): string {
  if (count > 1) return `${countOf(count, kind)}${place}`;
  return `${kind === "token" ? "The token of" : `The ${kind}`} ${name}${place}`;
}
