/** The page's first line: how the tokens and credentials are, the worst of it. */
import type { State } from "../../report/finding";
import { type Row, rowsIn, type VaultRows } from "./rows";
import { capital, countOf, listOf, numberText } from "./words";

export function answerOf(vault: VaultRows): string {
  const { tokens, unprobed, host, failure } = vault;
  if (failure) return `The vault ${host} could not be checked.`;
  if (tokens.length === 0) return "There is no refresh token in this vault.";
  const used = rowsIn(vault).filter(({ state }) => state !== "skipped");
  const kinds = [...Map.groupBy(used, ({ kind }) => kind)];
  /** @returns undefined where there is nothing of that state */
  const of = (state: State, one: string, several: string): string | undefined => {
    const shares = kinds.map(([kind, rows]) => shareOf(rows, state, kind)).filter(({ count }) => count > 0);
    if (shares.length === 0) return undefined;
    const isOne = shares.length === 1 && shares[0]?.count === 1;
    return `${listOf(shares.map(({ text }) => text))} ${isOne ? one : several}.`;
  };
  const worst =
    of("failed", "needs a person now", "need a person now") ??
    of("unknown", "could not be checked", "could not be checked");
  if (worst !== undefined) return capital(worst);
  const soon = of("warning", "ends soon", "end soon");
  if (soon !== undefined) return `Nothing has failed; ${soon}`;
  const all = countOf(tokens.length, "token");
  // Metadata does not show a revocation.
  if (unprobed === tokens.length) return "Nothing expires soon. Not tested: status --probe.";
  if (unprobed > 0) return `Nothing expires soon. Not tested: ${numberText(unprobed)} of ${all}.`;
  return tokens.length === 1 ? "The token works." : `All ${all} work.`;
}

function shareOf(rows: readonly Row[], state: State, kind: string): { count: number; text: string } {
  const count = rows.filter((one) => one.state === state).length;
  if (rows.length === 1) return { count, text: `the ${kind}` };
  const all = countOf(rows.length, kind);
  return { count, text: count === rows.length ? `all ${all}` : `${numberText(count)} of ${all}` };
}
