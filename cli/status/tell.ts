/** Reports the result for a vault: by one issue of that vault, and by a message in a channel. */
import { ownCommand, partsOf } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { textOf } from "../../lib/errors/text";
import type { Reported } from "../report/finding";
import { isKnown, type IssueReport } from "../report/issue";
import { code, findingsTable } from "../report/markdown";
import { Reporter, type TellOptions, type Told } from "../report/reporter";
import { isToken, type JudgedEntry, saidOf } from "./verdicts";

export class Teller {
  readonly #reporter: Reporter;
  /** Everything that is not ok. */
  readonly #notOk: Record<"tokens" | "others", Reported[]> = { tokens: [], others: [] };

  /** @throws UsageError now, not after the work */
  constructor(options: TellOptions, environment: NodeJS.ProcessEnv) {
    this.#reporter = new Reporter(options, environment);
  }

  /** Collects the data of one token or client secret, in any order. */
  found(one: JudgedEntry): void {
    const { state, name, health } = one;
    if (state === "ok" || state === "skipped") return;
    this.#notOk[isToken(one) ? "tokens" : "others"].push({ state, about: [name, health], ...saidOf(one) });
  }

  foundNoToken(vaultUri: string): void {
    this.#notOk.tokens.push({ state: "failed", about: ["refresh token", "missing"], what: noTokenIn(vaultUri) });
  }

  async tell(vaultUri: string): Promise<Told> {
    const byName = ({ about: [one = ""] }: Reported, { about: [other = ""] }: Reported) => (one < other ? -1 : 1);
    const { tokens, others } = this.#notOk;
    return await this.#reporter.tell(issueOf(vaultUri, [...tokens.sort(byName), ...others.sort(byName)]));
  }

  /** For a run that could read nothing. Unread entries may be unchanged, so no issue is changed. */
  async tellCouldNotLook(vaultUri: string, error: unknown): Promise<Told> {
    const lines = [harmlessLine(textOf(partsOf(error)))];
    return await this.#reporter.post({ title: `Vault ${hostOf(vaultUri)} could not be read`, lines });
  }
}

export const noTokenIn = (vaultUri: string): string => `There is no refresh token in ${vaultUri}: consent first.`;

const hostOf = (vaultUri: string): string => new URL(vaultUri).host;

function titleOf(vaultUri: string, findings: readonly Reported[]): string {
  const known = findings.filter(isKnown).length;
  const what = known === 1 ? "1 token or client secret is" : `${known} tokens or client secrets are`;
  return `Vault ${hostOf(vaultUri)}${known === 0 ? " could not be checked" : `: ${what} not ok`}`;
}

function issueOf(vaultUri: string, findings: readonly Reported[]): IssueReport {
  const title = titleOf(vaultUri, findings);
  const all = ownCommand("status", "--vault", vaultUri);
  return {
    label: "token",
    of: "vault",
    name: vaultUri,
    title,
    body: [`In ${code(vaultUri)}:`, findingsTable(["secret", "health"], findings, all)].join("\n\n"),
    findings,
    texts: {
      changed: `This has changed: ${title}.`,
      gone: "All of it is ok again",
      kept: "every probe, and closed by the first that finds nothing",
    },
  };
}
