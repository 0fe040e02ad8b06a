/** The vaults of the page: the one that was looked at, and those in the reports of other runs of `status`. */
import { clientCertificatePrefix } from "../../../lib/consent/credential-reference";
import { daysUntil, lifetimeOf } from "../../../lib/consent/lifetime";
import {
  judgeClientSecret,
  judgeToken,
  type Limits,
  type Outlook,
  rotateCredential,
} from "../../../lib/consent/verdict";
import { fixDocuments } from "../../../lib/errors/document";
import { type Fix, ownCommand, type Parts } from "../../../lib/errors/failure";
import { withoutRunOptions } from "../../../lib/errors/invocation";
import type { Step } from "../../../lib/errors/markup";
import { commandLine } from "../../../lib/errors/text";
import { aimed, fixesFor } from "../../../lib/errors/run-options";
import { states, worstState } from "../../report/finding";
import type { ReportedFix, StatusReport } from "./reports";

/** What this run has found in its vault. */
export interface VaultReport extends StatusReport {
  /** Why nothing, or not all, could be checked. */
  failure?: Parts | undefined;
}

/** The same as the page shows it. */
export type VaultRows = ReturnType<typeof vaultRows>;

export type Vaults = readonly [VaultRows, ...VaultRows[]];

export interface Row extends Pick<Entry, "health" | "state" | "what" | "why"> {
  kind: "token" | "client secret" | "client certificate";
  name: string;
  /** Its name among others of its kind: of a token the tenant's domain, where that is known. */
  short: string;
  /** Further details; "" for none. */
  about: string;
  tenantId: string | undefined;
  /** Undefined: no end on record. */
  endsOn: Date | undefined;
  daysLeft: number | null;
  /** Information beside its state; "" for none. */
  note: string;
  fixes: readonly Step[];
}

type Entry = StatusReport["tokens"][number] | StatusReport["clientSecrets"][number];

/** A vault that another run has checked: its commands name it, as the reader's environment may be another. */
type Target = Readonly<Record<"--cloud" | "--vault", string>>;

export const ownVault = (report: VaultReport): VaultRows => vaultRows(report, new Date(report.checkedOn), undefined);

/** @param at now */
export const reportedVault = (report: StatusReport, at: Date): VaultRows =>
  vaultRows(report, at, { "--cloud": report.cloud, "--vault": report.vault });

function vaultRows(report: VaultReport, at: Date, target: Target | undefined) {
  const { cloud, vault, checkedOn, warnDays, failDays, tokens, clientSecrets, failure } = report;
  const limits = { warnDays, failDays };
  const rows = (entries: readonly Entry[]) => sorted(entries.map((one) => rowOf(one, limits, at, target)));
  return {
    ...{ cloud, vaultUri: vault, host: new URL(vault).host, target },
    /** " in <host>" where there are several vaults; or "". */
    place: "",
    ...{ checkedOn: new Date(checkedOn), limits, failure },
    tokens: rows(tokens),
    secrets: rows(clientSecrets),
    /** Tokens judged by their metadata alone, that have not failed by them. */
    unprobed: tokens.filter(({ probe, state }) => probe === null && state !== "failed").length,
  };
}

export const rowsIn = ({ tokens, secrets }: VaultRows): Row[] => [...tokens, ...secrets];

/** What helps there, ready to paste. */
export const stepsOf = (fixes: readonly Fix[], target: Target | undefined): readonly Step[] =>
  aimedAt(target, fixDocuments({ fixes }, target && withoutRunOptions()));

function aimedAt(target: Target | undefined, fixes: readonly ReportedFix[]): readonly Step[] {
  if (target === undefined) return fixes;
  const lineAt = ({ line, program, args, into }: ReportedFix["commands"][number]): string =>
    program === "secure-app-model" && args !== undefined && into === undefined
      ? commandLine(ownCommand(...aimed(args, target)), withoutRunOptions())
      : line;
  return fixes.map(({ text, commands }) => ({ text, commands: commands.map((one) => ({ line: lineAt(one) })) }));
}

/** As of now: what was ok may have come near its end since it was looked at. */
function rowOf(one: Entry, limits: Limits, at: Date, target: Target | undefined): Row {
  const endsOn = one.expiresOn === "" ? undefined : new Date(one.expiresOn);
  const hasEnded = ["ok", "expiring"].includes(one.health) && lifetimeOf(endsOn, 0, at.getTime()) === "expired";
  const known = {
    ...("tenant" in one ? aboutToken(one) : aboutSecret(one)),
    health: hasEnded ? "expired" : one.health,
    endsOn,
    daysLeft: endsOn === undefined ? null : daysUntil(endsOn, at.getTime()),
  } as const;
  if ("inUse" in one && !one.inUse)
    return { ...known, state: "skipped", note: one.what, what: "", why: null, fixes: [] };
  const outlook = outlookOf(known, limits, at);
  const state = worstState([one.state, outlook.verdict]);
  if (state === one.state) return { ...known, state, what: one.what, why: one.why, fixes: aimedAt(target, one.fixes) };
  return { ...known, state, what: "", why: null, fixes: stepsOf(outlook.fixes, target) };
}

function aboutToken({ tenant, account, probe }: StatusReport["tokens"][number]) {
  // A user principal name ends with a domain that its tenant has proven to own.
  const domain = /[^@]+$/u.exec(account)?.[0] ?? tenant;
  const [name, about] = account === "" ? [tenant, ""] : [account, tenant];
  const mfa = probe?.isMfaCompliant ? "; signed in with MFA" : "";
  const note = probe?.redeemed ? `works${mfa}` : "";
  return { kind: "token", name, short: domain, about, tenantId: tenant, note } as const;
}

function aboutSecret({ name }: Pick<Entry, "name">) {
  const kind = name.startsWith(clientCertificatePrefix) ? "client certificate" : "client secret";
  // A certificate's version is as long as a line.
  const [own = name, about = ""] = name.split(/\/(.*)/su);
  return { kind, name: own, short: name, about, tenantId: undefined, note: "" } as const;
}

/** By its metadata alone, at that time. */
export function outlookOf(
  { health, endsOn, tenantId }: Pick<Row, "health" | "endsOn" | "tenantId">,
  limits: Limits,
  at: Date,
): Outlook {
  const known = { health, expiresOn: endsOn };
  if (tenantId === undefined) return judgeClientSecret(known, limits, rotateCredential, at.getTime());
  const { verdict, fixes } = judgeToken({ ...known, tenantId }, limits, at.getTime());
  return { verdict, fixes: fixesFor(tenantId, fixes) };
}

/** 2 before 10. */
const byName = new Intl.Collator("en", { numeric: true });

/** The worst first, then by the day of the end, then by name. */
export function sorted(rows: readonly Row[]): Row[] {
  const end = ({ daysLeft }: Row) => daysLeft ?? Number.MAX_SAFE_INTEGER;
  return rows.toSorted(
    (a, b) => states.indexOf(a.state) - states.indexOf(b.state) || end(a) - end(b) || byName.compare(a.name, b.name),
  );
}

/** The newest look at each vault; the own one is. */
export function eachOnce(own: VaultRows, others: readonly VaultRows[]): Vaults {
  const newestLast = others.toSorted((a, b) => a.checkedOn.getTime() - b.checkedOn.getTime());
  const byHost = new Map([...newestLast, own].map((one) => [one.host, one]));
  if (byHost.size === 1) return [own];
  byHost.delete(own.host);
  const placed = (one: VaultRows): VaultRows => ({ ...one, place: ` in ${one.host}` });
  return [placed(own), ...[...byHost.values()].map(placed).sort((a, b) => (a.host < b.host ? -1 : 1))];
}
