/** The result of a token's probe in `status`: the same for people and for scripts. */
import { documentOf, type FailureDocument } from "../../lib/errors/document";
import { failureFor, type Parts, partsOf } from "../../lib/errors/failure";
import { namesOf, type Scopes } from "../../lib/token/prove-grants";
import type { ExitCode } from "../terminal/exit-code";
import { haveGranted, isUnprobed, mfaUnknown, type Probe, withoutMfa } from "../redemption/probe";

export interface ProbeDocument {
  redeemed: boolean;
  /** Partner Center's result for multi-factor authentication; null when there was none. */
  isMfaCompliant: boolean | null;
  /** Names of declared permissions that it lacks; null if these are unknown or it was not redeemed. */
  missing: string[] | null;
  exitCode: ExitCode;
  /** What could not be looked up, in whole sentences. */
  notes: readonly string[];
  error?: FailureDocument;
}

export function probeDocument(probe: Probe, tenantId: string): ProbeDocument {
  const { redeemed, exitCode } = probe;
  if (isUnprobed(probe)) {
    const error = documentOf(failureFor(tenantId, probe.error));
    return { redeemed, isMfaCompliant: null, missing: null, exitCode, notes: [], error };
  }
  const { isMfaCompliant = null, permissions, notes } = probe;
  return {
    redeemed,
    isMfaCompliant,
    missing: permissions?.missing.flatMap(names) ?? null,
    exitCode,
    notes: isMfaCompliant === null ? [mfaUnknown(probe), ...notes] : notes,
  };
}

/** What is wrong, and what helps; a consent names no tenant. */
export function problemsIn(probe: Probe): Parts[] {
  if (isUnprobed(probe)) return [partsOf(probe.error)];
  const { isMfaCompliant, permissions: { missing = [] } = {} } = probe;
  const problems: Parts[] = isMfaCompliant === false ? [withoutMfa] : [];
  if (missing.length > 0) problems.push({ what: `It lacks ${namesOf(missing)}.`, fixes: [haveGranted] });
  return problems;
}

const names = ({ resource, scopes }: Scopes): string[] => scopes.map((one) => `${resource} ${one}`);
