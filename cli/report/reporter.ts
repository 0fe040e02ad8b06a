/** The one place that takes what a look has found: to an issue or comment, a channel and a file. */
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
  /** The number of the pull request whose comment has it, in place of an issue. */
  pullRequest?: string;
}

export interface Told {
  looks: readonly (LookDocument & { issue?: Kept })[];
  /** Undefined if no webhook is configured, or there was nothing to post. */
  posted: boolean | undefined;
  /** Refusals of GitHub, the webhook and the file: none prevents printing the result. */
  errors: readonly unknown[];
  /** What was done, in whole sentences. */
  notes: readonly string[];
}

export const nothingTold: Told = { looks: [], posted: undefined, errors: [], notes: [] };

export class Reporter {
  readonly #webhook: URL | undefined;

  /** @throws UsageError now, not after the work */
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

  /** @param isNews which of them a channel gets, by what became of their issues */
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

  /** Runs a look, and reports also that it could not be made. */
  async orUnknown<T>(subject: Subject, look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof ExitWith)) await this.unknown(subject, error);
      throw error;
    }
  }

  /** Reports a look that failed, which changes no issue. An interrupted one is not reported. */
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

/** For people: after the result, and only where that is no JSON. */
export function printTold({ notes, errors }: Told): void {
  notes.forEach(printNote);
  errors.forEach(printProblem);
}

/** For scripts; without undefined properties in JSON. */
export const toldDocument = ({ looks: [report], posted, errors }: Told): object => ({
  report,
  posted,
  errors: errors.length === 0 ? undefined : errors.map(documentOf),
});
