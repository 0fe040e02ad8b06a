/** The page of `status`: collects the results, and at the end writes the page, opens it, or both. */
import { again, type Parts, run } from "../../../lib/errors/failure";
import { UsageError } from "../../terminal/exit-code";
import { requirePlace, writeWhole } from "../../terminal/whole-file";
import { secretDocument, tokenDocument } from "../print";
import { isToken, type JudgedEntry } from "../verdicts";
import { type AttachmentOptions, type Attachments, readAttachments } from "./attachments";
import { statusPage } from "./page";
import type { StatusReport } from "./report-shapes";
import { servePage } from "./serve";

export interface PageOptions extends AttachmentOptions {
  /** The file to write. */
  html?: string;
  open?: boolean;
}

export class GatheredPage {
  readonly #found: Pick<StatusReport, "tokens" | "clientSecrets"> = { tokens: [], clientSecrets: [] };
  #page = "";

  private constructor(
    private readonly options: PageOptions,
    private readonly attachments: Attachments,
  ) {}

  /** @returns undefined without the options @throws UsageError for problems that can be detected before any other work */
  static async from(options: PageOptions): Promise<GatheredPage | undefined> {
    const { html, open, statusReport, driftReport, customersReport, runs } = options;
    if (html === undefined && !open) {
      if ([statusReport, driftReport, customersReport, runs].every((one) => one === undefined)) return undefined;
      throw new UsageError(
        "A report was given, and no page to show it on.",
        run("Write the page", again("--html", "status.html")),
      );
    }
    if (html !== undefined) requirePlace("--html", html);
    return new GatheredPage(options, await readAttachments(options));
  }

  found(one: JudgedEntry): void {
    if (isToken(one)) this.#found.tokens.push(tokenDocument(one));
    else this.#found.clientSecrets.push(secretDocument(one));
  }

  /**
   * Writes the page, where that was asked for. What was found is printed whatever becomes of the page.
   * @param failure why not all could be checked: a page that stayed as it was would show that all is well
   * @returns what went wrong: with the file, and with the reports
   */
  async write(about: Omit<StatusReport, "tokens" | "clientSecrets">, failure?: Parts): Promise<unknown[]> {
    this.#page = statusPage({ ...about, ...this.#found, failure }, this.attachments);
    const { html } = this.options;
    const { problems } = this.attachments;
    if (html === undefined) return problems;
    return await writeWhole(html, { name: "The page", text: this.#page, code: "page-not-written" }).then(
      () => problems,
      (error: unknown) => [...problems, error],
    );
  }

  /** Serves the written page until Ctrl-C, if requested. */
  async show(): Promise<void> {
    if (this.options.open) await servePage(this.#page);
  }
}
