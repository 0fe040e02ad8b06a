/** The result of a look at a vault, in the form of all reports: everything in it that is not ok. */
import { ownCommand, type Parts } from "../../lib/errors/failure";
import type { Reported } from "../report/finding";
import { isKnown, type Look, type Subject } from "../report/look";
import { code, findingsTable } from "../report/markdown";
import { type Judged, saidOf } from "./verdicts";

export const subjectOf = (vaultUri: string): Subject => ({
  ...{ label: "token", of: "vault", name: vaultUri },
  title: `Vault ${new URL(vaultUri).host}`,
});

/** @param missing where there is no token at all */
export function lookOf(vaultUri: string, { tokens, credentials }: Judged, missing: Parts | undefined): Look {
  const notOk = [...tokens, ...credentials].filter(({ state }) => state !== "ok" && state !== "skipped");
  const findings = notOk.map((one): Reported => ({ state: one.state, about: [one.name, one.health], ...saidOf(one) }));
  const { what, fixes } = missing ?? {};
  if (what !== undefined) findings.unshift({ state: "failed", about: ["refresh token", "missing"], what, fixes });
  const table = findingsTable(["secret", "health"], findings, ownCommand("status", "--vault", vaultUri));
  return {
    ...subjectOf(vaultUri),
    first: firstOf(findings),
    body: `In ${code(vaultUri)}${findings.length === 0 ? " everything is ok." : `:\n\n${table}`}`,
    findings,
  };
}

function firstOf(findings: readonly Reported[]): string {
  const known = findings.filter(isKnown).length;
  if (known === 0) return findings.length === 0 ? "everything is ok" : "could not be checked";
  return `${known === 1 ? "1 token or credential is" : `${known} tokens or credentials are`} not ok`;
}
