/** The page's first line: how the tokens and client secrets of all vaults are, the worst of it. */
import type { State } from "../../report/finding";
import type { Row } from "./rows";
import { hostOf, type VaultRows } from "./vaults";
import { capital, countOf, listOf } from "./words";

/** @param tokens of all vaults @param secrets those that a token names */
export function answerOf(
  tokens: readonly Row[],
  secrets: readonly Row[],
  vaults: readonly [VaultRows, ...VaultRows[]],
): string {
  const [only, ...others] = vaults;
  const blind = vaults.filter(({ failure }) => failure).map(hostOf);
  const empty = vaults.filter((one) => !one.failure && one.tokens.length === 0).map(hostOf);
  const [ofVault] = [
    ...(empty.length === 0
      ? []
      : [`There is no refresh token in ${others.length === 0 ? "this vault" : listOf(empty)}.`]),
    ...(blind.length === 0 ? [] : [`The vault ${listOf(blind)} could not be checked.`]),
  ];
  if (others.length === 0 && ofVault !== undefined) return ofVault;
  const failed = said("failed", ["needs a person now.", "need a person now."], tokens, secrets);
  if (failed !== undefined) return capital(failed);
  if (ofVault !== undefined) return ofVault;
  const unknown = said("unknown", ["could not be checked.", "could not be checked."], tokens, secrets);
  if (unknown !== undefined) return capital(unknown);
  const soon = said("warning", ["ends soon.", "end soon."], tokens, secrets);
  if (soon !== undefined) return `Nothing has failed; ${soon}`;
  if (tokens.length === 1 && only.tokens.length === 1) return "The token is fine.";
  return `All ${countOf(tokens.length, "token")}${others.length === 0 ? "" : ` in ${vaults.length} vaults`} are fine.`;
}

/** @param verbs for one and for several @returns undefined where there is nothing of that state */
function said(
  state: State,
  [one, several]: readonly [string, string],
  tokens: readonly Row[],
  secrets: readonly Row[],
): string | undefined {
  const found = [shareOf(tokens, state, "token"), shareOf(secrets, state, "client secret")].filter(
    ({ text }) => text !== "",
  );
  if (found.length === 0) return undefined;
  return `${listOf(found.map(({ text }) => text))} ${found.length === 1 && found[0]?.count === 1 ? one : several}`;
}

function shareOf(rows: readonly Row[], state: State, kind: string): { count: number; text: string } {
  const count = rows.filter((one) => one.state === state).length;
  if (count === 0) return { count, text: "" };
  if (rows.length === 1) return { count, text: `the ${kind}` };
  return {
    count,
    text:
      count === rows.length
        ? `all ${countOf(count, kind)}`
        : `${count.toLocaleString("en-US")} of ${countOf(rows.length, kind)}`,
  };
}
