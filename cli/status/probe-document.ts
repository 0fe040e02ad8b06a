/** What a probe of a token comes to in `status`: the same for people and for scripts. */
import { documentOf, type FailureDocument, type FixDocument, fixDocuments } from "../../errors/document";
import { type Parts, partsOf } from "../../errors/failure";
import { textOf } from "../../errors/text";
import { type Missing, namesOf } from "../../consent/granted";
import type { ExitCode } from "../exit-code";
import { failureFor, fixesFor } from "../printed-fixes";
import { haveGranted, isUnprobed, type Probe, unknownMfa, withoutMfa } from "../probe";

export interface ProbeDocument {
  /** Whether Entra took the token. */
  redeemed: boolean;
  /** Partner Center's word on multi-factor authentication; null when it gave none. */
  isMfaCompliant: boolean | null;
  /** Declared delegated permissions that it does not bring, by name; null where what is declared could not be looked up, or it was not redeemed. */
  missing: string[] | null;
  exitCode: ExitCode;
  /** What is wrong and what helps; "" when nothing is. */
  message: string;
  /** What helps, as data. */
  fixes: FixDocument[];
  /** The same and what is wrong as data, where the token could not be probed to the end. */
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
