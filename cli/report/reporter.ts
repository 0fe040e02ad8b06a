/** Reports a result: by one issue about it, and by a message in a channel. */
import { documentOf } from "../../lib/errors/document";
import { printNote, printProblem } from "../terminal/output";
import { lineOf } from "./finding";
import { gitHubForIssues, issueNote, keepIssue, type KeptIssue, type IssueReport } from "./issue";
import { type Message, postTo, webhookIn } from "./webhook";

export interface TellOptions {
  issue?: boolean;
  notify?: boolean;
}

export interface Told {
  issue: KeptIssue | undefined;
  /** Undefined if no webhook is configured, or there was nothing to post. */
  posted: boolean | undefined;
  /** Of GitHub and of the webhook: neither prevents printing the result. */
  errors: readonly unknown[];
  /** What was done, in whole sentences. */
  notes: readonly string[];
}

export const nothingTold: Told = { issue: undefined, posted: undefined, errors: [], notes: [] };

export class Reporter {
  readonly #keepsIssue: boolean;
  readonly #webhook: URL | undefined;

  /** @throws UsageError now, not after the work */
  constructor(
    { issue = false, notify }: TellOptions,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.#keepsIssue = issue;
    if (issue) gitHubForIssues(environment);
    this.#webhook = notify ? webhookIn(environment) : undefined;
  }

  /** By an issue, and where something is wrong by a message as well. */
  async tell(report: IssueReport): Promise<Told> {
    const { title, findings } = report;
    const kept = await this.keep(report);
    if (findings.length === 0) return kept;
    const { posted, errors, notes } = await this.post({ title, lines: findings.map(lineOf) });
    return { issue: kept.issue, posted, errors: [...kept.errors, ...errors], notes: [...kept.notes, ...notes] };
  }

  async keep(report: IssueReport): Promise<Told> {
    if (!this.#keepsIssue) return nothingTold;
    try {
      const issue = await keepIssue(report, this.environment);
      return { ...nothingTold, issue, notes: [issueNote(report, issue)] };
    } catch (error) {
      return { ...nothingTold, errors: [error] };
    }
  }

  async post(message: Message): Promise<Told> {
    if (this.#webhook === undefined) return nothingTold;
    try {
      await postTo(this.#webhook, message, this.environment);
      return { ...nothingTold, posted: true, notes: ["Posted to the webhook."] };
    } catch (error) {
      return { ...nothingTold, posted: false, errors: [error] };
    }
  }
}

/** For people: after the result, and only where that is no JSON. */
export function printTold({ notes, errors }: Told): void {
  notes.forEach(printNote);
  errors.forEach(printProblem);
}

/** For scripts; without undefined properties in JSON. */
export const toldDocument = ({ issue, posted, errors }: Told): object => ({
  issue,
  posted,
  errors: errors.length === 0 ? undefined : errors.map(documentOf),
});
