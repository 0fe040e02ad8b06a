/** The content of a vault as rows of the page: the worst first, then by expiry. */
import type { Parts } from "../../errors/failure";
import { isCertificate, type JudgedSecret, type JudgedToken } from "../status/verdicts";
import { type Tone, tones } from "./words";

export interface Row {
  kind: "token" | "client secret" | "client certificate";
  tone: Tone;
  health: JudgedToken["health"];
  /** Name of the account or secret. */
  name: string;
  /** Further details; "" for none. */
  about: string;
  /** Undefined: no expiry recorded. */
  endsOn: Date | undefined;
  daysLeft: number | null;
  /** Information beside its state; "" for none. */
  note: string;
  problems: readonly Parts[];
}

export function tokenRow(one: JudgedToken): Row {
  const { accountName, tenantId } = one;
  const mfa = one.probe?.isMfaCompliant ? ", of multi-factor authentication" : "";
  return {
    kind: "token",
    ...common(one),
    name: accountName === "" ? tenantId : accountName,
    about: accountName === "" ? "" : tenantId,
    note: one.probe?.redeemed ? `redeemed${mfa}` : "",
  };
}

export const secretRow = (one: JudgedSecret): Row => ({
  kind: isCertificate(one) ? "client certificate" : "client secret",
  ...common(one),
  ...(one.inUse ? {} : { tone: "idle" }),
  name: one.name,
  about: "",
  note: one.problems.length === 0 ? one.message : "",
});

const common = ({ verdict, health, expiresOn, daysLeft, problems }: JudgedToken | JudgedSecret) => ({
  tone: verdict,
  health,
  endsOn: expiresOn === "" ? undefined : new Date(expiresOn),
  daysLeft,
  problems,
});

export const sorted = (rows: readonly Row[]): Row[] => rows.toSorted(byUrgency);

function byUrgency(one: Row, other: Row): number {
  const end = ({ endsOn }: Row) => endsOn?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return (
    tones.indexOf(one.tone) - tones.indexOf(other.tone) || end(one) - end(other) || (one.name < other.name ? -1 : 1)
  );
}
