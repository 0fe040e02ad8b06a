/** The vaults of the page: the one that was looked at, and those in the reports of other runs of `status`. */
import type { CloudName } from "../../../lib/config/clouds";
import type { Limits } from "../../../lib/consent/verdict";
import { fixDocuments } from "../../../lib/errors/document";
import { type Fix, ownCommand, type Parts } from "../../../lib/errors/failure";
import { placeless } from "../../../lib/errors/invocation";
import type { Step } from "../../../lib/errors/markup";
import { commandLine } from "../../../lib/errors/text";
import { aimed } from "../../../lib/errors/run-options";
import type { ReportedFix, StatusReport } from "./report-shapes";
import { type Judging, type Row, secretRow, sorted, tokenRow } from "./rows";

/** What this run has found in its vault. */
export interface VaultReport extends StatusReport {
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
  placed: (fixes: readonly Fix[]) => Step[];
}

export const ownVault = ({ failure, ...report }: VaultReport): VaultRows => {
  const judging = { at: new Date(report.checkedOn), placed: (fixes: readonly Fix[]) => fixDocuments({ fixes }) };
  return { ...rowsOf(report, { ...judging, placedAgain: (fixes) => [...fixes] }), failure };
};

/**
 * A vault in the report of another run: that may be days old, and its environment need not be the reader's. Each command of ours names it.
 * @param at now
 */
export function reportedVault(report: StatusReport, at: Date): VaultRows {
  const { cloud, vault } = report;
  const lineAt = ({ line, program, args, into }: ReportedFix["commands"][number]): string =>
    program === "secure-app-model" && args !== undefined && into === undefined
      ? commandLine(ownCommand(...aimed(args, { "--cloud": cloud, "--vault": vault })), placeless())
      : line;
  const placedAgain = (fixes: readonly ReportedFix[]) =>
    fixes.map(({ text, commands }) => ({ text, commands: commands.map((one) => ({ line: lineAt(one) })) }));
  const placed = (fixes: readonly Fix[]) => placedAgain(fixDocuments({ fixes }, placeless()));
  return rowsOf(report, { at, placed, placedAgain });
}

function rowsOf(report: StatusReport, how: Omit<Judging, "limits">): VaultRows {
  const { cloud, vault, checkedOn, warnDays, failDays, tokens, clientSecrets } = report;
  const judging = { ...how, limits: { warnDays, failDays } };
  return {
    cloud,
    vaultUri: vault,
    checkedOn: new Date(checkedOn),
    limits: judging.limits,
    tokens: sorted(tokens.map((one) => tokenRow(one, judging))),
    secrets: sorted(clientSecrets.map((one) => secretRow(one, judging))),
    unprobed: tokens.filter(({ probe, state }) => probe === null && state !== "failed").length,
    placed: how.placed,
  };
}

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
