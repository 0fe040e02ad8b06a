/**
 * Which credentials a stack with a calendar declares: that of the current period, the one that it took over from, and what live tokens
 * still name. What the stack applied last tells most of it, so that a missed period makes nothing up and an emergency needs no setting.
 */
import { type Calendar, dayIn, endOf, isLater, periodAt } from "./periods";

/** A credential as it is declared. Every change of it makes another one. */
export interface DeclaredCredential {
  label: string;
  /** UTC, ISO 8601; undefined: it was made without one. */
  endDate?: string;
}

/** One that the stack has applied. */
export interface AppliedCredential extends DeclaredCredential {
  /** How a token's tag names it: the vault secret. */
  reference: string;
}

export interface Known {
  calendar: Calendar;
  /** Milliseconds. */
  at: number;
  /** As the settings have them, the current one first. */
  byHand: readonly DeclaredCredential[];
  /** What the stack's last deployment declared, the current one first; none where that was by hand, or never was. */
  applied: readonly AppliedCredential[];
  /** Whether it was deployed, by hand. */
  isDeployed: boolean;
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
  const { calendar, byHand, applied, isDeployed, published, isInUse, isRevoking } = known;
  const label = currentLabel(known);
  if (label === undefined) return applied.length > 0 ? applied.map(declared) : [...byHand];
  const before = applied.length > 0 ? applied : isDeployed ? byHand : [];
  const all = [...(published === undefined ? [] : [published]), ...before];
  const current = all.find((one) => one.label === label) ?? { label, endDate: endOf(calendar, label) };
  if (isRevoking === true) return [declared(current)];
  const others = all.filter((one) => one.label !== label);
  const kept = others.filter((one, index) => index === 0 || !("reference" in one) || isInUse(one.reference as string));
  return [current, ...kept].map(declared);
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
const declared = ({ label, endDate }: DeclaredCredential): DeclaredCredential => ({
  label,
  ...(endDate === undefined ? {} : { endDate }),
});
