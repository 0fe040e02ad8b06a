/** The page of `status`: a file, shown in the browser, or both. */
import { again, run } from "../../../lib/errors/failure";
import { UsageError } from "../../terminal/exit-code";
import { requirePlace, writeWhole } from "../../terminal/whole-file";
import { type AttachmentOptions, type Attachments, readAttachments } from "./attachments";
import { pageText } from "./page";
import { servePage } from "./serve";
import type { VaultReport } from "./vaults";

export interface PageOptions extends AttachmentOptions {
  html?: string;
  open?: boolean;
}

export class StatusPage {
  #text = "";

  private constructor(
    private readonly options: PageOptions,
    private readonly attachments: Attachments,
  ) {}

  /** @returns undefined without the options @throws UsageError now, not after the work */
  static async from(options: PageOptions): Promise<StatusPage | undefined> {
    const { html, open, statusReport, driftReport, customersReport, runs } = options;
    if (html === undefined && !open) {
      if ([statusReport, driftReport, customersReport, runs].every((one) => one === undefined)) return undefined;
      const write = run("Write the page", again("--html", "status.html"));
      throw new UsageError("A report was given, and no page to show it on.", write);
    }
    if (html !== undefined) requirePlace("--html", html);
    return new StatusPage(options, await readAttachments(options));
  }

  /**
   * @param report its `failure` too: a page that stayed as it was would show that all is well
   * @returns what went wrong with the attachments and the file, because what was found is printed in any case
   */
  async write(report: VaultReport): Promise<readonly unknown[]> {
    this.#text = pageText(report, this.attachments);
    const { html } = this.options;
    const { problems } = this.attachments;
    if (html === undefined) return problems;
    const written = writeWhole(html, { name: "The page", text: this.#text, code: "page-not-written" });
    return await written.then(
      () => problems,
      (error: unknown) => [...problems, error],
    );
  }

  /** Serves it until Ctrl-C, where that was asked for. */
  async show(): Promise<void> {
    if (this.options.open) await servePage(this.#text);
  }
}
