/** The vault's tokens and credentials, as the page shows them. */
import type { Limits } from "../../../lib/token/verdict";
import { fixDocuments } from "../../../lib/errors/document";
import type { Fix, Parts } from "../../../lib/errors/failure";
import type { Step } from "../../../lib/errors/markup";
import { states } from "../../report/finding";
import type { CredentialDocument, TokenDocument } from "../documents";

/** What this run has found in its vault. */
export interface VaultReport extends Limits, Record<"cloud" | "vault" | "checkedOn", string> {
  tokens: readonly TokenDocument[];
  credentials: readonly CredentialDocument[];
  /** Why nothing, or not all, could be checked. */
  failure?: Parts | undefined;
}

/** The same as the page shows it. */
export interface VaultRows extends Pick<VaultReport, "cloud" | "failure"> {
  vaultUri: string;
  host: string;
  limits: Limits;
  tokens: readonly Row[];
  secrets: readonly Row[];
  /** Tokens judged by their metadata alone, that have not failed by them. */
  unprobed: number;
}

export interface Row extends Pick<Entry, "health" | "state" | "what" | "why" | "daysLeft"> {
  kind: "token" | "client secret" | "client certificate";
  name: string;
  /** Its name among others of its kind: of a token the tenant's domain, where that is known. */
  short: string;
  /** Further details; "" for none. */
  about: string;
  tenantId: string | undefined;
  /** Undefined: no end on record. */
  endsOn: Date | undefined;
  /** Information beside its state; "" for none. */
  note: string;
  fixes: readonly Step[];
}

type Entry = TokenDocument | CredentialDocument;

export function vaultRows(report: VaultReport): VaultRows {
  const { cloud, vault, warnDays, failDays, tokens, credentials, failure } = report;
  return {
    ...{ cloud, vaultUri: vault, host: new URL(vault).host, limits: { warnDays, failDays }, failure },
    tokens: sorted(tokens.map(rowOf)),
    secrets: sorted(credentials.map(rowOf)),
    unprobed: tokens.filter(({ probe, state }) => probe === null && state !== "failed").length,
  };
}

export const rowsIn = ({ tokens, secrets }: VaultRows): Row[] => [...tokens, ...secrets];

/** What helps, ready to paste. */
export const stepsOf = (fixes: readonly Fix[]): readonly Step[] => fixDocuments({ fixes });

function rowOf(one: Entry): Row {
  const { health, state, what, why, daysLeft, fixes } = one;
  const known = {
    ...("tenant" in one ? aboutToken(one) : aboutCredential(one)),
    ...{ health, state, daysLeft },
    endsOn: one.expiresOn === "" ? undefined : new Date(one.expiresOn),
  };
  if ("inUse" in one && !one.inUse) return { ...known, note: what, what: "", why: null, fixes: [] };
  return { ...known, what, why, fixes };
}

function aboutToken({ tenant, account, probe }: TokenDocument) {
  // A user principal name ends with a domain that its tenant has proven to own.
  const domain = /[^@]+$/u.exec(account)?.[0] ?? tenant;
  const [name, about] = account === "" ? [tenant, ""] : [account, tenant];
  const mfa = probe?.isMfaCompliant ? "; signed in with MFA" : "";
  const note = probe?.redeemed ? `works${mfa}` : "";
  return { kind: "token", name, short: domain, about, tenantId: tenant, note } as const;
}

function aboutCredential({ name, kind, previousExpiresOn }: CredentialDocument) {
  const about = previousExpiresOn === "" ? "" : `predecessor ends ${previousExpiresOn.slice(0, 10)}`;
  const noun = kind === "certificate" ? "client certificate" : "client secret";
  return { kind: noun, name, short: name, about, tenantId: undefined, note: "" } as const;
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
