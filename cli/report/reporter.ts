/** Reports a result: by one issue about it, and by a message in a channel. */
import { documentOf } from "../../lib/errors/document";
import { printNote, printProblem } from "../terminal/output";
import { issueNote, keepIssue, type KeptIssue, type IssueReport } from "./issue";
import { forIssues, type TrackerName } from "./purpose";
import { requireTracker } from "./tracker";
import { type Message, postTo, webhookIn } from "./webhook";

export interface TellOptions {
  reportTo?: string | undefined;
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

export const nothingTold: Told = { issue: undefined, posted: undefined, errors: [], notes: [] };

export class Reporter {
  readonly tracker: TrackerName | undefined;
  readonly #webhook: URL | undefined;

  /** @throws UsageError now, not after the work */
  constructor(
    { reportTo, notify }: TellOptions,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.tracker = requireTracker(reportTo, environment, forIssues);
    this.#webhook = notify ? webhookIn(environment) : undefined;
  }

  /** @param report undefined: no issue is changed @param message undefined: there is nothing to post */
  async tell(report: IssueReport | undefined, message: Message | undefined): Promise<Told> {
    const told: Told = { ...nothingTold, errors: [], notes: [] };
    const [tracker, webhook] = [this.tracker, this.#webhook];
    if (tracker !== undefined && report !== undefined) {
      await attempt(told, async () => {
        told.issue = await keepIssue(report, this.environment, tracker);
        told.notes.push(issueNote(report, told.issue));
      });
    }
    if (webhook !== undefined && message !== undefined) {
      told.posted = await attempt(told, () => postTo(webhook, message, this.environment));
      if (told.posted) told.notes.push("Posted to the webhook.");
    }
    return told;
  }
}

/** For people: after the result, and only where that is no JSON. */
export function printTold({ notes, errors }: Told): void {
  notes.forEach(printNote);
  errors.forEach(printProblem);
}

/** For scripts; without undefined properties in JSON. */
export const toldDocument = ({ issue, posted, errors }: Told) => ({
  issue,
  posted,
  errors: errors.length === 0 ? undefined : errors.map(documentOf),
});

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
