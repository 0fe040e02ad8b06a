/** Reports a result: by one issue about it, and by a message in a channel. */
import { forIssues } from "./purpose";
import { issueNote, keepIssue, type KeptIssue, type Matter } from "./issue";
import { requireTracker } from "./tracker";
import type { TrackerName } from "./tracker-names";
import { type Message, postTo, webhookIn } from "./webhook";

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

export class Reporter {
  readonly #tracker: TrackerName | undefined;
  readonly #webhook: URL | undefined;

  /** @throws UsageError now, not after the work */
  constructor(
    { reportTo, notify }: TellOptions,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.#tracker = requireTracker(reportTo, environment, forIssues);
    this.#webhook = notify ? webhookIn(environment) : undefined;
  }

  /** @param matter undefined: no issue is changed @param message undefined: there is nothing to post */
  async tell(matter: Matter | undefined, message: Message | undefined): Promise<Told> {
    const told: Told = { issue: undefined, posted: undefined, errors: [], notes: [] };
    const [tracker, webhook] = [this.#tracker, this.#webhook];
    if (tracker !== undefined && matter !== undefined) {
      await attempt(told, async () => {
        told.issue = await keepIssue(matter, this.environment, tracker);
        told.notes.push(issueNote(matter, told.issue));
      });
    }
    if (webhook !== undefined && message !== undefined) {
      told.posted = await attempt(told, () => postTo(webhook, message, this.environment));
      if (told.posted) told.notes.push("Posted to the webhook.");
    }
    return told;
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
