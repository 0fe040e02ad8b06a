/** What every page must be for everybody, and that the browser itself has nothing to complain about. */
import type { Page } from "playwright-core";

export interface Audit {
  headings: string[];
  language: string | null;
  /** Fields that a person fills in or presses and that have no name. */
  unnamed: string[];
  /** Whether content is wider than the window. */
  overflows: boolean;
}

/** Runs in the page. As text: the types of a browser would be in every file of the repository. */
const unnamedFields = `
  [...document.querySelectorAll("input:not([type=hidden]), button, select, textarea, summary")]
    .filter((field) => ![field, ...(field.labels ?? [])].some(({ textContent }) => textContent.trim() !== ""))
    .map(({ outerHTML }) => outerHTML)`;

/** Audits the page that is open. */
export async function audit(page: Page): Promise<Audit> {
  return {
    headings: await page.locator("h1").allTextContents(),
    language: await page.locator("html").getAttribute("lang"),
    unnamed: await page.evaluate<string[]>(unnamedFields),
    overflows: await page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth"),
  };
}

/** Errors of scripts and of the console (violated content security policies among them), as they come. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  return complaints;
}
