/**
 * A calendar's credentials: the current period's, the one before, and those that valid tokens still name.
 * It starts from what the stack applied last: a missed period creates none, an emergency needs no setting.
 */
import type { Credential, CredentialKind, Credentials } from "../config/limits";
import { type Calendar, dayIn, endOf, isLater, periodAt } from "./periods";

/** Whether two are the same: after a change of kind, a label of the other kind is a different credential. */
export const isSame = (one: Credential, other: Credential): boolean =>
  one.kind === other.kind && one.label === other.label;

/** The settings that name it as the previous one, by their paths. */
export const previousSettings = ({ kind, label, endDate }: Credential): Record<string, string> => ({
  "credential.previous.kind": kind,
  "credential.previous.label": label,
  ...(endDate !== undefined && { "credential.previous.endDate": endDate }),
});

export const labelsOf = (credentials: readonly Credential[]): string[] => credentials.map(({ label }) => label);

export interface AppliedCredential extends Credential {
  /** Its name in a token's tag. */
  reference: string;
}

export interface Known {
  calendar: Calendar;
  /** Milliseconds. */
  at: number;
  /** From the settings, the current one first, of the kind that a new one gets. */
  byHand: Credentials;
  /** Of the stack's last deployment, the current one first; empty if that rotated by hand or never was. */
  applied: readonly AppliedCredential[];
  /** The kind deployed by hand; undefined: none. */
  deployed?: CredentialKind | undefined;
  /** The one that the stack's own token names, if an interrupted run published it: not among `applied`. */
  published?: Credential | undefined;
  isInUse: (reference: string) => boolean;
  /** The label that becomes the current one in an emergency. */
  asked?: string | undefined;
  /** Whether all others are removed at once, although a reader may use the previous one; default false. */
  isRevoking?: boolean;
}

/** The current one first, then the previous one, then those that tokens still name; never empty. */
export function planCredentials(known: Known): Credentials {
  const { calendar, byHand, applied, published, isInUse, isRevoking } = known;
  const [{ kind }] = byHand;
  const label = currentLabel(known) ?? applied[0]?.label;
  if (label === undefined) return byHand;
  const before = applied.length > 0 ? applied : deployedOf(known);
  const all: (Credential & { reference?: string })[] = [...(published === undefined ? [] : [published]), ...before];
  const made = { kind, label, ...(kind === "secret" && { endDate: endOf(calendar, label) }) };
  const current = all.find((one) => isSame(one, made)) ?? made;
  if (isRevoking === true) return [declared(current)];
  const others = all.filter((one) => !isSame(one, made));
  const kept = others.filter((one, index) => index === 0 || one.reference === undefined || isInUse(one.reference));
  return [declared(current), ...kept.map(declared)];
}

/** By hand the settings may have changed to the other kind: they then name the deployed one second. */
function deployedOf({ byHand, deployed }: Known): readonly Credential[] {
  if (deployed === undefined) return [];
  const first = byHand.findIndex((one) => one.kind === deployed);
  return byHand.slice(Math.max(first, 0));
}

/** @returns undefined before the calendar's first day */
function currentLabel({ calendar, at, applied, published, asked }: Known): string | undefined {
  if (asked !== undefined) return asked;
  const period = periodAt(calendar, at);
  if (period === undefined) return undefined;
  // A label of this period or later: an emergency's stays, and a shorter period does not return to an earlier day.
  const labels = [applied[0], published].flatMap((one) => one?.label ?? []);
  const made = labels.filter((label) => (dayIn(label) ?? "") >= period.label);
  return made.reduce((latest, label) => (isLater(label, latest) ? label : latest), period.label);
}

const declared = ({ kind, label, endDate }: Credential): Credential => ({ kind, label, ...(endDate && { endDate }) });
