/** The page of `status`: a file, shown in the browser, or both. */
import { requirePlace, writeWhole } from "../../terminal/whole-file";
import { pageText } from "./page";
import type { VaultReport } from "./rows";
import { servePage } from "./serve";

export interface PageOptions {
  html?: string;
  open?: boolean;
}

interface StatusPage {
  /**
   * @param report its `failure` too: a page that stayed as it was would show that all is well
   * @returns what went wrong with the file, because what was found is printed in any case
   */
  write: (report: VaultReport) => Promise<readonly unknown[]>;
  /** Serves it until Ctrl-C, where that was asked for. */
  show: () => Promise<void>;
}

/** @returns undefined without the options @throws UsageError now, not after the work */
export function statusPage({ html, open }: PageOptions): StatusPage | undefined {
  if (html === undefined && !open) return undefined;
  if (html !== undefined) requirePlace("--html", html);
  let text = "";
  return {
    write: async (report) => {
      text = pageText(report);
      try {
        if (html !== undefined) await writeWhole(html, { name: "The page", text, code: "page-not-written" });
        return [];
      } catch (error) {
        return [error];
      }
    },
    show: async () => {
      if (open) await servePage(text);
    },
  };
}
