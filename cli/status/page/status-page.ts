/** The page of `status`: a file, shown in the browser, or both. */
import { again, run } from "../../../lib/errors/failure";
import { UsageError } from "../../terminal/exit-code";
import { requirePlace, writeWhole } from "../../terminal/whole-file";
import { type AttachmentOptions, readAttachments } from "./attachments";
import { pageText } from "./page";
import { servePage } from "./serve";
import type { VaultReport } from "./vaults";

export interface PageOptions extends AttachmentOptions {
  html?: string;
  open?: boolean;
}

interface StatusPage {
  /**
   * @param report its `failure` too: a page that stayed as it was would show that all is well
   * @returns what went wrong with the attachments and the file, because what was found is printed in any case
   */
  write: (report: VaultReport) => Promise<readonly unknown[]>;
  /** Serves it until Ctrl-C, where that was asked for. */
  show: () => Promise<void>;
}

/** @returns undefined without the options @throws UsageError now, not after the work */
export async function statusPage(options: PageOptions): Promise<StatusPage | undefined> {
  const { html, open, statusReport, driftReport, customersReport, runs } = options;
  if (html === undefined && !open) {
    if ([statusReport, driftReport, customersReport, runs].every((one) => one === undefined)) return undefined;
    const write = run("Write the page", again("--html", "status.html"));
    throw new UsageError("A report was given, and no page to show it on.", write);
  }
  if (html !== undefined) requirePlace("--html", html);
  const attachments = await readAttachments(options);
  let text = "";
  return {
    write: async (report) => {
      text = pageText(report, attachments);
      const { problems } = attachments;
      try {
        if (html !== undefined) await writeWhole(html, { name: "The page", text, code: "page-not-written" });
        return problems;
      } catch (error) {
        return [...problems, error];
      }
    },
    show: async () => {
      if (open) await servePage(text);
    },
  };
}
