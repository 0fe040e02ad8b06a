/** Whether the vault's tokens and client secrets are good, and what a person has to do next. */
import { lastWith } from "../../../lib/credential/lifetime";
import { judgeCredential, judgeToken, rotateCredential } from "../../../lib/token/verdict";
import { type Fix, fixesFor, type Parts } from "../../../lib/errors/failure";
import type { Step } from "../../../lib/errors/markup";
import { noToken } from "../../redemption/partner-token";
import { type State, worstState } from "../../report/finding";
import { answerOf } from "./answer";
import { type Action, type Fact, failureAction, shown } from "./part";
import { type Row, rowsIn, sorted, stepsOf, type VaultRows } from "./rows";
import { countOf, dayText, numberText, predicates, stateWords } from "./words";

/** "renew the token of svc@contoso.example", which is an action from that day on. */
export type Next = Action & Record<"from" | "by", Date>;

/** Of the sections. */
export const ids = { tokens: "tokens", secrets: "client-secrets" };

export interface VaultPart {
  state: State;
  answer: string;
  /** What has to be done next, if nothing must be done now. */
  next: Next | undefined;
  facts: Fact[];
  actions: Action[];
}

export function vaultPart(vault: VaultRows): VaultPart {
  const state = stateOfVault(vault);
  return {
    state,
    answer: answerOf(vault),
    next: state === "ok" ? nextOf(vault) : undefined,
    facts: [...factsOf(vault.tokens, ids.tokens), ...factsOf(vault.secrets, ids.secrets)],
    actions: [...actionsAbout(vault), ...actionsIn(vault)],
  };
}

function stateOfVault(vault: VaultRows): State {
  if (vault.failure) return "unknown";
  return vault.tokens.length === 0 ? "failed" : worstState(rowsIn(vault).map(({ state }) => state));
}

/** A fact for each kind: "12 tokens: 2 warning, 10 OK". */
const factsOf = (all: readonly Row[], section: string): Fact[] =>
  [...Map.groupBy(all, ({ kind }) => kind)].map(([kind, rows]) => {
    const counts = [...Map.groupBy(rows, ({ state }) => state)].map(([state, { length }]) => {
      const word = state === "ok" ? stateWords.ok : stateWords[state].toLowerCase();
      return `${numberText(length)} ${word}`;
    });
    const state = worstState(rows.map((one) => one.state));
    return { state, text: `${countOf(rows.length, kind)}: ${counts.join(", ")}`, section };
  });

/** The next action: the fix that `status` will print on the first day of warning. */
function nextOf(vault: VaultRows): Next | undefined {
  const { limits } = vault;
  const ends = rowsIn(vault).flatMap((row) =>
    row.state === "skipped" || !row.endsOn ? [] : [{ row, end: row.endsOn }],
  );
  const [first] = ends.toSorted((one, other) => one.end.getTime() - other.end.getTime());
  if (first === undefined) return undefined;
  const { row, end } = first;
  const [from, by] = [lastWith(limits.warnDays, end), lastWith(limits.failDays, end)];
  const due = ends.filter((one) => one.row.kind === row.kind && dayText(one.end) === dayText(end));
  const subject = subjectOf(row, due.length);
  return {
    state: "ok",
    title: `${row.kind === "token" ? "renew" : "rotate"} ${subject.charAt(0).toLowerCase()}${subject.slice(1)}`,
    by,
    from,
    fixes: stepsOf(fixesAt(from.getTime() + 1, row, vault)).slice(0, 1),
  };
}

function fixesAt(time: number, { tenantId, endsOn }: Row, { limits }: VaultRows): readonly Fix[] {
  const known = { health: "ok", expiresOn: endsOn } as const;
  if (tenantId === undefined) return judgeCredential(known, limits, rotateCredential, time).fixes;
  return fixesFor(tenantId, judgeToken({ ...known, tenantId }, limits, time).fixes);
}

function actionsAbout({ failure, tokens, vaultUri: uri }: VaultRows): Action[] {
  const action = (title: string, { what, why = "", fixes = [] }: Parts, state?: State) => [
    failureAction(title, { what, why, fixes: stepsOf(fixes) }, state),
  ];
  if (failure) return action("The vault could not be checked", failure);
  return tokens.length > 0 ? [] : action("Nobody has consented yet", noToken({ uri }), "failed");
}

/** The worst first; what the same step fixes is one thing to do. */
function actionsIn(vault: VaultRows): Action[] {
  const urgent = sorted(rowsIn(vault)).filter(({ state }) => state !== "ok" && state !== "skipped");
  const alike = Map.groupBy(urgent, (row) => JSON.stringify([row.kind, row.state, row.health, fixesOfAny(row)]));
  return [...alike.values()].flatMap(([first, ...others]) => (first ? [actionOf(first, others, vault)] : []));
}

function actionOf(first: Row, others: readonly Row[], { limits }: VaultRows): Action {
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
    title: `${subjectOf(first, others.length + 1)} ${others.length === 0 ? one : several}`,
    by: state === "warning" && endsOn ? lastWith(limits.failDays, endsOn) : undefined,
    said,
    more: reasons.slice(shown).flat().length,
    fixes: others.length === 0 ? fixes : fixesOfAny(first),
  };
}

const textOf = ({ what, why }: Row): string => `${what} ${why ?? ""}`.trim();

/** The reason without names, ids and times, which differ between tokens. */
const reasonOf = (row: Row): string =>
  [row.tenantId ?? row.name, row.name]
    .reduce((text, own) => text.replaceAll(own, "…"), textOf(row))
    .replaceAll(/[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z/giu, "…");

const unchecked = ["could not be checked", "could not be checked"] as const;

/** Fixes with <tenant> in place of the tenant; the table of tokens shows which tenants. */
const fixesOfAny = ({ fixes, tenantId }: Row): readonly Step[] =>
  fixes.map(({ text, commands }) => ({
    text,
    commands: commands.map(({ line }) => ({ line: tenantId ? line.replaceAll(tenantId, "<tenant>") : line })),
  }));

/** "The token of svc@contoso.example", "The client secret client-secret-a", "12 tokens". */
function subjectOf({ kind, name }: Row, count: number): string {
  if (count > 1) return countOf(count, kind);
  return `${kind === "token" ? "The token of" : `The ${kind}`} ${name}`;
}
