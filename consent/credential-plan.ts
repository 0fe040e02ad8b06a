/**
 * Which credentials a stack with a calendar declares: that of the current period, the one that it took over from, and what live tokens
 * still name. What the stack applied last tells most of it, so that a missed period makes nothing up and an emergency needs no setting.
 */
import type { CredentialKind } from "../config/limits";
import { type Calendar, dayIn, endOf, isLater, periodAt } from "./periods";

/** A credential as it is declared. Every change of it makes another one. */
export interface DeclaredCredential {
  /** Absent: a client secret. */
  kind?: "certificate";
  label: string;
  /** UTC, ISO 8601, of a client secret; undefined: it was made without one. A certificate's end is its own. */
  endDate?: string;
}

export const credentialKindOf = ({ kind }: { kind?: CredentialKind | undefined }): CredentialKind => kind ?? "secret";

/** One that the stack has applied. */
export interface AppliedCredential extends DeclaredCredential {
  /** How a token's tag names it. */
  reference: string;
}

/** The setting that names what is rotated out: a client secret that follows another has one of its own. */
export const previousSetting = (kind: CredentialKind, previous: CredentialKind = kind): string =>
  kind === "secret" && previous === "secret" ? "clientSecret.previous" : "credential.previous";

export interface Known {
  calendar: Calendar;
  /** What the current one is. */
  kind: CredentialKind;
  /** Milliseconds. */
  at: number;
  /** As the settings have them, the current one first. */
  byHand: readonly DeclaredCredential[];
  /** What the stack's last deployment declared, the current one first; none where that was by hand, or never was. */
  applied: readonly AppliedCredential[];
  /** What was deployed by hand; undefined: nothing. */
  deployed?: CredentialKind | undefined;
  /** The credential that the stack's own token names, where a run that was cut off has published one that is not among `applied`. */
  published?: DeclaredCredential | undefined;
  /** Whether a live token names that credential. */
  isInUse: (reference: string) => boolean;
  /** The label that an emergency makes the current one. */
  asked?: string | undefined;
  /** Whether all others go at once, though a reader may hold the previous one; default false. */
  isRevoking?: boolean;
}

/** The current one first, then the previous one, then what tokens still name; never empty. */
export function planCredentials(known: Known): DeclaredCredential[] {
  const { calendar, kind, byHand, applied, published, isInUse, isRevoking } = known;
  const label = currentLabel(known) ?? applied[0]?.label;
  if (label === undefined) return [...byHand];
  const all = [...(published === undefined ? [] : [published]), ...(applied.length > 0 ? applied : deployedOf(known))];
  // A kind that has changed has the label of the other one, which is another credential.
  const isCurrent = (one: DeclaredCredential) => one.label === label && credentialKindOf(one) === kind;
  const made = kind === "certificate" ? { kind, label } : { label, endDate: endOf(calendar, label) };
  const current = all.find(isCurrent) ?? made;
  if (isRevoking === true) return [declared(current)];
  const others = all.filter((one) => !isCurrent(one));
  const kept = others.filter((one, index) => index === 0 || !("reference" in one) || isInUse(one.reference as string));
  return [current, ...kept].map(declared);
}

/** By hand the settings may have turned to the other kind: then they name the deployed one second. */
function deployedOf({ byHand, deployed }: Known): readonly DeclaredCredential[] {
  if (deployed === undefined) return [];
  const first = byHand.findIndex((one) => credentialKindOf(one) === deployed);
  return byHand.slice(Math.max(first, 0));
}

/** @returns undefined before the calendar's first day */
function currentLabel({ calendar, at, applied, published, asked }: Known): string | undefined {
  if (asked !== undefined) return asked;
  const period = periodAt(calendar, at);
  if (period === undefined) return undefined;
  // Made for this period, or since: an emergency's is not taken back, and a shorter period does not turn back to an earlier day.
  const made = [applied[0]?.label, published?.label].filter(
    (label) => label !== undefined && (dayIn(label) ?? "") >= period.label,
  ) as string[];
  return made.reduce((latest, label) => (isLater(label, latest) ? label : latest), period.label);
}

/** Without what is not declared. */
const declared = ({ kind, label, endDate }: DeclaredCredential): DeclaredCredential => ({
  ...(kind === undefined ? {} : { kind }),
  label,
  ...(endDate === undefined ? {} : { endDate }),
});
