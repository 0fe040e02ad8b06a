/** The page's first line: how the tokens and credentials of all vaults are, the worst of it. */
import type { State } from "../../report/finding";
import { type Row, rowsIn, type Vaults } from "./vaults";
import { capital, countOf, listOf, numberText } from "./words";

export function answerOf(vaults: Vaults): string {
  const isOnly = vaults.length === 1;
  const tokens = vaults.flatMap((one) => one.tokens);
  const used = vaults.flatMap((one) => rowsIn(one)).filter(({ state }) => state !== "skipped");
  const kinds = [...Map.groupBy(used, ({ kind }) => kind)];
  /** @returns undefined where there is nothing of that state */
  const of = (state: State, one: string, several: string): string | undefined => {
    const found = kinds.map(([kind, rows]) => shareOf(rows, state, kind)).filter(({ count }) => count > 0);
    if (found.length === 0) return undefined;
    const isOne = found.length === 1 && found[0]?.count === 1;
    return `${listOf(found.map(({ text }) => text))} ${isOne ? one : several}.`;
  };
  const blind = vaults.filter(({ failure }) => failure).map(({ host }) => host);
  const empty = vaults.filter((one) => !one.failure && one.tokens.length === 0).map(({ host }) => host);
  const ofVault =
    empty.length > 0
      ? `There is no refresh token in ${isOnly ? "this vault" : listOf(empty)}.`
      : blind.length > 0
        ? `The vault ${listOf(blind)} could not be checked.`
        : undefined;
  const failed = of("failed", "needs a person now", "need a person now");
  const worst =
    (isOnly ? ofVault : undefined) ??
    failed ??
    ofVault ??
    of("unknown", "could not be checked", "could not be checked");
  if (worst !== undefined) return capital(worst);
  const soon = of("warning", "ends soon", "end soon");
  if (soon !== undefined) return `Nothing has failed; ${soon}`;
  const unprobed = vaults.reduce((sum, one) => sum + one.unprobed, 0);
  const all = `${countOf(tokens.length, "token")}${isOnly ? "" : ` in ${vaults.length} vaults`}`;
  // Metadata does not show a revocation.
  if (unprobed === tokens.length) return "No end is near. Not tested: status --probe.";
  if (unprobed > 0) return `No end is near. Not tested: ${numberText(unprobed)} of ${all}.`;
  return tokens.length === 1 ? "The token works." : `All ${all} work.`;
}

function shareOf(rows: readonly Row[], state: State, kind: string): { count: number; text: string } {
  const count = rows.filter((one) => one.state === state).length;
  if (rows.length === 1) return { count, text: `the ${kind}` };
  const all = countOf(rows.length, kind);
  return { count, text: count === rows.length ? `all ${all}` : `${numberText(count)} of ${all}` };
}
