/** The content of a vault as rows of the page: the worst first, then by expiry. */
import { daysUntil, lifetimeOf } from "../../../lib/consent/lifetime";
import {
  judgeClientSecret,
  judgeToken,
  type Limits,
  type Outlook,
  rotateCredential,
} from "../../../lib/consent/verdict";
import type { Fix } from "../../../lib/errors/failure";
import type { Step } from "../../../lib/errors/markup";
import { type FindingDocument, states, worstState } from "../../report/finding";
import { fixesFor } from "../../../lib/errors/run-options";
import { isCertificate } from "../verdicts";
import type { ReportedFix, StatusReport } from "./report-shapes";

export interface Row extends Pick<FindingDocument, "state" | "what" | "why"> {
  kind: "token" | "client secret" | "client certificate";
  health: Entry["health"];
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
  fixes: readonly Step[];
}

type Token = StatusReport["tokens"][number];
type Secret = StatusReport["clientSecrets"][number];
type Entry = Token | Secret;

/** When and how a vault's entries are judged: what was ok may have come near its end since. */
export interface Judging {
  limits: Limits;
  at: Date;
  /** What helps there, of this run and of the one that looked. */
  placed: (fixes: readonly Fix[]) => Step[];
  placedAgain: (fixes: readonly ReportedFix[]) => Step[];
}

export function tokenRow(one: Token, judging: Judging): Row {
  const { tenant: tenantId, account, probe } = one;
  const { limits, at } = judging;
  const { fixes, ...outlook } = judgeToken({ ...knownOf(one, at), tenantId }, limits, at.getTime());
  const mfa = probe?.isMfaCompliant ? ", of multi-factor authentication" : "";
  return {
    kind: "token",
    name: account === "" ? tenantId : account,
    about: account === "" ? "" : tenantId,
    tenantId,
    ...judged(one, { ...outlook, fixes: fixesFor(tenantId, fixes) }, judging),
    note: probe?.redeemed ? `redeemed${mfa}` : "",
  };
}

export function secretRow(one: Secret, judging: Judging): Row {
  const { limits, at } = judging;
  const kind = isCertificate(one) ? "client certificate" : "client secret";
  const outlook = judgeClientSecret(knownOf(one, at), limits, rotateCredential, at.getTime());
  const row = {
    kind,
    name: one.name,
    about: "",
    tenantId: undefined,
    ...judged(one, outlook, judging),
    note: "",
  } as const;
  return one.inUse ? row : { ...row, state: "skipped", note: one.what, what: "", why: null, fixes: [] };
}

/** Its metadata as they are now. */
function knownOf({ expiresOn: end, health }: Entry, at: Date) {
  const expiresOn = end === "" ? undefined : new Date(end);
  const isOver = lifetimeOf(expiresOn, 0, at.getTime()) === "expired" && ["ok", "expiring"].includes(health);
  return { expiresOn, health: isOver ? "expired" : health } as const;
}

/** @param outlook by its metadata now */
function judged(one: Entry, outlook: Outlook, { at, placed, placedAgain }: Judging) {
  const { health, expiresOn: endsOn } = knownOf(one, at);
  const state = worstState([one.state, outlook.verdict]);
  const isWorse = state !== one.state;
  return {
    state,
    health,
    endsOn,
    daysLeft: endsOn === undefined ? null : daysUntil(endsOn, at.getTime()),
    what: isWorse ? "" : one.what,
    why: isWorse ? null : one.why,
    fixes: isWorse ? placed(outlook.fixes) : placedAgain(one.fixes),
  };
}

export const sorted = (rows: readonly Row[]): Row[] => rows.toSorted(byUrgency);

function byUrgency(one: Row, other: Row): number {
  const end = ({ endsOn }: Row) => endsOn?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return (
    states.indexOf(one.state) - states.indexOf(other.state) || end(one) - end(other) || (one.name < other.name ? -1 : 1)
  );
}
