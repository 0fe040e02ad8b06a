/** Reports the result for a vault: by one issue of that vault, and by a message in a channel. */
import { ownCommand, partsOf } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import { commandLine, textOf } from "../../lib/errors/text";
import type { IssueReport } from "../report/issue";
import { cell, code, table } from "../report/markdown";
import { Reporter, type TellOptions, type Told } from "../report/reporter";
import type { Message } from "../report/webhook";
import type { JudgedSecret, JudgedToken, Judgement } from "./verdicts";

/** The reported data of one secret. */
type Entry = Pick<Judgement, "verdict" | "message"> & Record<"name" | "health", string>;

export class Teller {
  readonly #reporter: Reporter;
  /** Everything that is not ok, with texts that are harmless in one line. */
  readonly #notOk: { tokens: Entry[]; others: Entry[] } = { tokens: [], others: [] };

  /** @throws UsageError now, not after the work */
  constructor(options: TellOptions, environment: NodeJS.ProcessEnv) {
    this.#reporter = new Reporter(options, environment);
  }

  /** Collects the data of one token or client secret, in any order. */
  found(one: JudgedToken | JudgedSecret): void {
    const { verdict, name, health, message } = one;
    if (verdict === "ok") return;
    this.#notOk["tenantId" in one ? "tokens" : "others"].push({
      verdict,
      name,
      health,
      message: harmlessLine(message),
    });
  }

  foundNoToken(vaultUri: string): void {
    const message = noTokenIn(vaultUri);
    this.#notOk.tokens.push({ name: "refresh token", verdict: "fail", health: "missing", message });
  }

  async tell(vaultUri: string): Promise<Told> {
    const byName = (one: Entry, other: Entry) => (one.name < other.name ? -1 : 1);
    const { tokens, others } = this.#notOk;
    const entries = [...tokens.sort(byName), ...others.sort(byName)];
    const message = entries.length === 0 ? undefined : messageOf(vaultUri, entries);
    return await this.#reporter.tell(issueOf(vaultUri, entries), message);
  }

  /** For a run that could read nothing. Unread entries may be unchanged, so no issue is changed. */
  async tellCouldNotLook(vaultUri: string, error: unknown): Promise<Told> {
    const lines = [harmlessLine(textOf(partsOf(error)))];
    return await this.#reporter.tell(undefined, { title: `Vault ${hostOf(vaultUri)} could not be read`, lines });
  }
}

export const noTokenIn = (vaultUri: string): string => `There is no refresh token in ${vaultUri}: consent first.`;

const hostOf = (vaultUri: string): string => new URL(vaultUri).host;

const isKnown = ({ verdict }: Entry): boolean => verdict !== "unknown";

function titleOf(vaultUri: string, entries: readonly Entry[]): string {
  const known = entries.filter(isKnown).length;
  const what = known === 1 ? "1 token or client secret is" : `${known} tokens or client secrets are`;
  return `Vault ${hostOf(vaultUri)}${known === 0 ? " could not be looked at" : `: ${what} not ok`}`;
}

function issueOf(vaultUri: string, entries: readonly Entry[]): IssueReport {
  const rows = entries.map(({ verdict, name, health, message }) => [verdict, name, health, message].map(cell));
  const head = ["| verdict | secret | health | what is wrong, and what helps |", "| --- | --- | --- | --- |"];
  const all = commandLine(ownCommand("status", "--vault", vaultUri));
  return {
    label: "token",
    of: "vault",
    name: vaultUri,
    title: titleOf(vaultUri, entries),
    body: [`In ${code(vaultUri)}:`, table(head, rows, all)].join("\n\n"),
    findings: entries.filter(isKnown).map(({ verdict, name, health }) => `${verdict} ${name} ${health}`),
    isWhole: entries.every(isKnown),
    texts: {
      changed: `This has changed: ${titleOf(vaultUri, entries)}.`,
      gone: "All of it is ok again",
      kept: "every probe, and closed by the first that finds nothing",
    },
  };
}

function messageOf(vaultUri: string, entries: readonly Entry[]): Message {
  const lines = entries.map(
    ({ verdict, name, health, message }) => `${verdict} ${name}: ${message === "" ? health : message}`,
  );
  return { title: titleOf(vaultUri, entries), lines };
}
