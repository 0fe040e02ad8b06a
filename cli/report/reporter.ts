/** Reporter: the one place that sends looks to an issue or comment, a webhook and a file. */
import { documentOf } from "../../lib/errors/document";
import { partsOf } from "../../lib/errors/failure";
import { messageOf } from "../../lib/errors/text";
import { interruption } from "../../lib/startup/waiting";
import { ExitWith } from "../terminal/exit-code";
import { printNote, printProblem } from "../terminal/output";
import { requirePlace, writeWhole } from "../terminal/whole-file";
import { gitHubForComments, keepComment } from "./comment";
import { gitHubForIssues, keepIssue, type Kept } from "./issue";
import { documentOfLook, headlineOf, linesOf, type Look, type LookDocument, markdownOf, type Subject } from "./look";
import { code } from "./markdown";
import { postTo, webhookIn } from "./webhook";

export interface TellOptions {
  issue?: boolean;
  notify?: boolean;
  markdown?: string;
  /** Number of the pull request that gets a comment, in place of an issue. */
  pullRequest?: string;
}

export interface Told {
  looks: readonly (LookDocument & { issue?: Kept })[];
  /** Whether the post succeeded; undefined without a webhook, or with nothing to post. */
  posted: boolean | undefined;
  /** Errors of GitHub, the webhook and the file; the result is printed all the same. */
  errors: readonly unknown[];
  /** Completed actions, in whole sentences. */
  notes: readonly string[];
}

export const nothingTold: Told = { looks: [], posted: undefined, errors: [], notes: [] };

export class Reporter {
  readonly #webhook: URL | undefined;

  /** @throws UsageError for wrong options, before the work rather than after it */
  constructor(
    private readonly options: TellOptions,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    const { issue, notify, markdown, pullRequest } = options;
    if (issue) gitHubForIssues(environment);
    if (pullRequest !== undefined) gitHubForComments(pullRequest, environment);
    if (markdown !== undefined) requirePlace("--markdown", markdown);
    this.#webhook = notify ? webhookIn(environment) : undefined;
  }

  /** @param isNews whether the webhook gets a look, by the action on its issue */
  async tell(
    looks: readonly Look[],
    isNews: (look: Look, kept: Kept | undefined) => boolean = () => true,
  ): Promise<Told> {
    const errors: unknown[] = [];
    const attempt = async <T>(act: () => Promise<T>): Promise<T | undefined> => {
      try {
        return await act();
      } catch (error) {
        errors.push(error);
        return undefined;
      }
    };
    const documents: Told["looks"][number][] = [];
    const notes: string[] = [];
    const posts: Look[] = [];
    for (const look of looks) {
      const issue = await attempt(async () => await this.#keep(look));
      documents.push({ ...documentOfLook(look), ...(issue && { issue }) });
      if (issue?.url !== undefined) notes.push(`${look.title}: ${nameOf(look)} ${issue.action}: ${issue.url}`);
      if (look.findings.length > 0 && isNews(look, issue)) posts.push(look);
    }
    const webhook = posts.length === 0 ? undefined : this.#webhook;
    const posted = webhook && ((await attempt(async () => await this.#post(webhook, posts))) ?? false);
    if (posted === true) notes.push("Posted to the webhook.");
    await attempt(async () => {
      await this.#write(looks);
    });
    return { looks: documents, posted, errors, notes };
  }

  /** Runs a check, and also reports its failure. */
  async orUnknown<T>(subject: Subject, look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof ExitWith)) await this.unknown(subject, error);
      throw error;
    }
  }

  /** Reports a failed check, which changes no issue; an interrupted one is not reported. */
  async unknown(subject: Subject, error: unknown): Promise<void> {
    if (interruption().aborted) return;
    const parts = partsOf(error);
    const findings = [{ ...parts, state: "unknown" as const, about: [] }];
    const look = { ...subject, first: "could not be checked", findings, body: code(messageOf(parts)) };
    printTold(await this.tell([look]));
  }

  async #keep(look: Look): Promise<Kept | undefined> {
    const { issue, pullRequest } = this.options;
    if (pullRequest !== undefined) return await keepComment(pullRequest, look, this.environment);
    return issue ? await keepIssue(look, this.environment) : undefined;
  }

  async #post(webhook: URL, looks: readonly Look[]): Promise<true> {
    const [title = "", ...others] = looks.map(headlineOf);
    const more = others.length === 0 ? "" : `; and ${others.length} more`;
    await postTo(webhook, { title: title + more, lines: looks.flatMap(linesOf) }, this.environment);
    return true;
  }

  async #write(looks: readonly Look[]): Promise<void> {
    const { markdown } = this.options;
    if (markdown === undefined) return;
    const text = looks.map((look) => `${markdownOf(look, this.environment)}\n`).join("\n");
    await writeWhole(markdown, { name: "The report", text, code: "report-not-written" });
  }
}

const nameOf = ({ label }: Subject): string => (label === "preview" ? "comment" : "issue");

/** Prints the report's notes and errors: after the result, and not with JSON. */
export function printTold({ notes, errors }: Told): void {
  notes.forEach(printNote);
  errors.forEach(printProblem);
}

/** The report as JSON, without undefined properties. */
export const toldDocument = ({ looks: [report], posted, errors }: Told): object => ({
  report,
  posted,
  errors: errors.length === 0 ? undefined : errors.map(documentOf),
});
