/** The content of a vault as rows of the page: the worst first, then by expiry. */
import type { Parts } from "../../../lib/errors/failure";
import { type Step, stepsOf } from "../../../lib/errors/markup";
import { fixesFor } from "../../terminal/printed-fixes";
import { isCertificate, type JudgedSecret, type JudgedToken } from "../verdicts";
import { type Severity, severities } from "./words";

export interface Row {
  kind: "token" | "client secret" | "client certificate";
  severity: Severity;
  health: JudgedToken["health"];
  /** Name of the account or secret. */
  name: string;
  /** Further details; "" for none. */
  about: string;
  /** Of a token. */
  tenantId: string | undefined;
  /** Undefined: no end on record. */
  endsOn: Date | undefined;
  daysLeft: number | null;
  /** Information beside its state; "" for none. */
  note: string;
  /** What is wrong, where its state does not say it: whole sentences; "" for nothing. */
  what: string;
  /** The same and how it came about. */
  said: string;
  /** What helps. */
  steps: readonly Step[];
}

export const tokenRow = (one: JudgedToken): Row => ({
  ...tokenWords(one, one.accountName),
  ...common(one),
  steps: stepsOf(fixesFor(one.tenantId, fixesOf(one))),
  note: probeNote(one.probe),
});

export const secretRow = (one: JudgedSecret): Row => ({
  ...secretWords(one),
  ...common(one),
  ...(one.inUse ? {} : { severity: "idle" }),
  note: one.problems.length === 0 ? one.message : "",
});

type Words = Pick<Row, "kind" | "name" | "about" | "tenantId">;

export const tokenWords = ({ tenantId }: Pick<JudgedToken, "tenantId">, account: string): Words => ({
  kind: "token",
  name: account === "" ? tenantId : account,
  about: account === "" ? "" : tenantId,
  tenantId,
});

export const secretWords = (one: Pick<JudgedSecret, "name">): Words => ({
  kind: isCertificate(one) ? "client certificate" : "client secret",
  name: one.name,
  about: "",
  tenantId: undefined,
});

export function probeNote(
  probe: Pick<NonNullable<JudgedToken["probe"]>, "redeemed" | "isMfaCompliant"> | undefined,
): string {
  const mfa = probe?.isMfaCompliant ? ", of multi-factor authentication" : "";
  return probe?.redeemed ? `redeemed${mfa}` : "";
}

const fixesOf = ({ problems }: Pick<JudgedToken, "problems">) => problems.flatMap(({ fixes = [] }) => fixes);

const common = ({ verdict, health, expiresOn, daysLeft, ...one }: JudgedToken | JudgedSecret) => ({
  severity: verdict,
  health,
  endsOn: expiresOn === "" ? undefined : new Date(expiresOn),
  daysLeft,
  what: sentences(one.problems.map(({ what }) => what)),
  said: sentences(one.problems.flatMap(({ what, why = "" }: Parts) => [what, why])),
  steps: stepsOf(fixesOf(one)),
});

const sentences = (all: readonly string[]): string => all.filter((text) => text !== "").join(" ");

export const sorted = (rows: readonly Row[]): Row[] => rows.toSorted(byUrgency);

function byUrgency(one: Row, other: Row): number {
  const end = ({ endsOn }: Row) => endsOn?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return (
    severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
    end(one) - end(other) ||
    (one.name < other.name ? -1 : 1)
  );
}
