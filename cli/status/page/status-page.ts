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

/** @returns undefined without the options @throws UsageError now, not after the work */
export async function statusPage(options: PageOptions) {
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
    /**
     * @param report its `failure` too: a page that stayed as it was would show that all is well
     * @returns what went wrong with the attachments and the file: the result is printed in any case
     */
    write: async (report: VaultReport): Promise<readonly unknown[]> => {
      text = pageText(report, attachments);
      const { problems } = attachments;
      try {
        if (html !== undefined) await writeWhole(html, { name: "The page", text, code: "page-not-written" });
        return problems;
      } catch (error) {
        return [...problems, error];
      }
    },
    /** Serves it until Ctrl-C, where that was asked for. */
    show: async () => {
      if (open) await servePage(text);
    },
  };
}
