/** Reports the result for a vault: by one issue of that vault, and by a message in a channel. */
import { ownCommand, partsOf } from "../../errors/failure";
import { harmlessLine } from "../../errors/harmless";
import { commandLine, textOf } from "../../errors/text";
import { forIssues } from "../report/purpose";
import { issueNote, keepIssue, type KeptIssue, type Matter } from "../report/issue";
import { cell, code, table } from "../report/markdown";
import { requireTracker } from "../report/tracker";
import type { TrackerName } from "../report/tracker-names";
import { type Message, postTo, webhookIn } from "../report/webhook";
import type { JudgedSecret, JudgedToken, Judgement } from "./verdicts";

export interface TellOptions {
  reportTo?: string;
  notify?: boolean;
}

export interface Told {
  issue: KeptIssue | undefined;
  /** Undefined if no webhook is configured, or there was nothing to post. */
  posted: boolean | undefined;
  /** Of the tracker and of the webhook: neither prevents printing the result. */
  errors: unknown[];
  /** What was done, in whole sentences. */
  notes: string[];
}

/** The reported data of one secret. */
type Entry = Pick<Judgement, "verdict" | "message"> & Record<"name" | "health", string>;

export class Teller {
  readonly #tracker: TrackerName | undefined;
  readonly #webhook: URL | undefined;
  /** Everything that is not ok, with texts that are harmless in one line. */
  readonly #notOk: { tokens: Entry[]; others: Entry[] } = { tokens: [], others: [] };

  /** @throws UsageError now, not after the work */
  constructor(
    { reportTo, notify }: TellOptions,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.#tracker = requireTracker(reportTo, environment, forIssues);
    this.#webhook = notify ? webhookIn(environment) : undefined;
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
    const told: Told = { issue: undefined, posted: undefined, errors: [], notes: [] };
    const byName = (one: Entry, other: Entry) => (one.name < other.name ? -1 : 1);
    const { tokens, others } = this.#notOk;
    const entries = [...tokens.sort(byName), ...others.sort(byName)];
    const tracker = this.#tracker;
    if (tracker !== undefined) {
      const matter = matterOf(vaultUri, entries);
      await attempt(told, async () => {
        told.issue = await keepIssue(matter, this.environment, tracker);
        told.notes.push(issueNote(matter, told.issue));
      });
    }
    await this.#post(told, entries.length === 0 ? undefined : messageOf(vaultUri, entries));
    return told;
  }

  /** For a run that could read nothing. Unread entries may be unchanged, so no issue is changed. */
  async tellBlind(vaultUri: string, error: unknown): Promise<Told> {
    const told: Told = { issue: undefined, posted: undefined, errors: [], notes: [] };
    const lines = [harmlessLine(textOf(partsOf(error)))];
    await this.#post(told, { title: `Vault ${hostOf(vaultUri)} could not be looked at`, lines });
    return told;
  }

  async #post(told: Told, message: Message | undefined): Promise<void> {
    const webhook = this.#webhook;
    if (webhook === undefined || message === undefined) return;
    told.posted = await attempt(told, () => postTo(webhook, message, this.environment));
    if (told.posted) told.notes.push("Posted to the webhook.");
  }
}

/** Whether it worked. */
async function attempt(told: Told, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    told.errors.push(error);
    return false;
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

function matterOf(vaultUri: string, entries: readonly Entry[]): Matter {
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
