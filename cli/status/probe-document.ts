/** The result of a token's probe in `status`: the same for people and for scripts. */
import { documentOf, type FailureDocument, type FixDocument, fixDocuments } from "../../lib/errors/document";
import { type Parts, partsOf } from "../../lib/errors/failure";
import { textOf } from "../../lib/errors/text";
import { type Missing, namesOf } from "../../lib/consent/granted";
import type { ExitCode } from "../terminal/exit-code";
import { failureFor, fixesFor } from "../terminal/printed-fixes";
import { haveGranted, isUnprobed, type Probe, unknownMfa, withoutMfa } from "../redemption/probe";

export interface ProbeDocument {
  /** Whether Entra accepted the token. */
  redeemed: boolean;
  /** Partner Center's result for multi-factor authentication; null when there was none. */
  isMfaCompliant: boolean | null;
  /** Declared delegated permissions that it lacks, by name; null if the declared ones could not be read, or it was not redeemed. */
  missing: string[] | null;
  exitCode: ExitCode;
  /** The problem and the fixes; "" when there is none. */
  message: string;
  /** The fixes, as data. */
  fixes: FixDocument[];
  /** The problem and the fixes as data, if the token could not be probed completely. */
  error?: FailureDocument;
}

/** @param tenantId whose token it is */
export function probeDocument(probe: Probe, tenantId: string): ProbeDocument {
  const { redeemed, exitCode } = probe;
  if (isUnprobed(probe)) {
    const error = documentOf(failureFor(tenantId, probe.error));
    return {
      redeemed,
      isMfaCompliant: null,
      missing: null,
      exitCode,
      message: error.message,
      fixes: error.fixes,
      error,
    };
  }
  const { isMfaCompliant, permissions, notes } = probe;
  const { missing = [] } = permissions ?? {};
  const problems = problemsIn(probe).map(({ fixes = [], ...said }) => ({ ...said, fixes: fixesFor(tenantId, fixes) }));
  return {
    redeemed,
    isMfaCompliant: isMfaCompliant ?? null,
    missing: permissions === undefined ? null : missing.flatMap(names),
    exitCode,
    message: [...problems.map((one) => textOf(one)), ...notes].join(" "),
    fixes: problems.flatMap(fixDocuments),
  };
}

/** What is wrong, and what helps; a consent names no tenant. */
export function problemsIn(probe: Probe): Parts[] {
  if (isUnprobed(probe)) return [partsOf(probe.error)];
  const { isMfaCompliant, permissions: { missing = [] } = {} } = probe;
  return [
    ...(isMfaCompliant === undefined ? [unknownMfa] : isMfaCompliant ? [] : [withoutMfa]),
    ...(missing.length === 0 ? [] : [incomplete(missing)]),
  ];
}

const names = ({ resource, scopes }: Missing): string[] => scopes.map((one) => `${resource} ${one}`);

const incomplete = (missing: readonly Missing[]): Parts => ({
  what: `It does not bring ${namesOf(missing)}.`,
  fixes: [haveGranted],
});
