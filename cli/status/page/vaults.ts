/** The vaults of the page: the one that was looked at, and those in the reports of other runs of `status`. */
import type { CloudName } from "../../../lib/config/clouds";
import type { Limits } from "../../../lib/consent/verdict";
import type { Fix, Parts } from "../../../lib/errors/failure";
import { type Step, stepsOf } from "../../../lib/errors/markup";
import type { JudgedSecret, JudgedToken } from "../verdicts";
import { type Row, secretRow, sorted, tokenRow } from "./rows";

/** What `status` found in a vault. */
export interface VaultReport {
  cloud: CloudName;
  vaultUri: string;
  limits: Limits;
  tokens: readonly JudgedToken[];
  clientSecrets: readonly JudgedSecret[];
  /** Why nothing, or not all, could be checked. */
  failure?: Parts | undefined;
}

/** The same as the page shows it. */
export interface VaultRows {
  cloud: CloudName;
  vaultUri: string;
  /** When it was looked at. */
  checkedOn: Date;
  limits: Limits;
  tokens: readonly Row[];
  secrets: readonly Row[];
  /** Tokens judged by their metadata alone, that have not failed by them. */
  unprobed: number;
  failure?: Parts | undefined;
  /** What helps there, ready to paste. */
  stepsOf: (fixes: readonly Fix[]) => Step[];
}

export const ownVault = ({ tokens, clientSecrets, ...about }: VaultReport, checkedOn: Date): VaultRows => ({
  ...about,
  checkedOn,
  tokens: sorted(tokens.map(tokenRow)),
  secrets: sorted(clientSecrets.map(secretRow)),
  unprobed: tokens.filter(({ probe, verdict }) => probe === undefined && verdict !== "fail").length,
  stepsOf,
});

export const hostOf = ({ vaultUri }: Pick<VaultRows, "vaultUri">): string => new URL(vaultUri).host;

/** Of one vault the newest look; the own one is. */
export function eachOnce(own: VaultRows, others: readonly VaultRows[]): readonly [VaultRows, ...VaultRows[]] {
  const newest = new Map<string, VaultRows>();
  for (const one of others.toSorted((a, b) => a.checkedOn.getTime() - b.checkedOn.getTime())) {
    newest.set(hostOf(one), one);
  }
  newest.delete(hostOf(own));
  return [own, ...[...newest.values()].sort((one, other) => (hostOf(one) < hostOf(other) ? -1 : 1))];
}
