/** The issue of a vault: everything in it that is not ok. */
import { ownCommand, type Parts } from "../../lib/errors/failure";
import type { Reported } from "../report/finding";
import { isKnown, type IssueReport } from "../report/issue";
import { code, findingsTable } from "../report/markdown";
import { type Judged, saidOf } from "./verdicts";

/** @param missing where there is no token at all */
export function issueOf(vaultUri: string, { tokens, credentials }: Judged, missing: Parts | undefined): IssueReport {
  const notOk = [...tokens, ...credentials].filter(({ state }) => state !== "ok" && state !== "skipped");
  const findings = notOk.map((one): Reported => ({ state: one.state, about: [one.name, one.health], ...saidOf(one) }));
  const { what, fixes } = missing ?? {};
  if (what !== undefined) findings.unshift({ state: "failed", about: ["refresh token", "missing"], what, fixes });
  const known = findings.filter(isKnown).length;
  const are = known === 1 ? "1 token or credential is" : `${known} tokens or credentials are`;
  const title = `Vault ${new URL(vaultUri).host}${known === 0 ? " could not be checked" : `: ${are} not ok`}`;
  const table = findingsTable(["secret", "health"], findings, ownCommand("status", "--vault", vaultUri));
  return {
    label: "token",
    of: "vault",
    name: vaultUri,
    title,
    body: `In ${code(vaultUri)}:\n\n${table}`,
    findings,
    texts: {
      changed: `This has changed: ${title}.`,
      gone: "Everything is ok again",
      kept: "every probe, and closed by the first that finds nothing",
    },
  };
}
