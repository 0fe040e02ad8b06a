/** Accessibility checks for every page. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

export interface Audit {
  headings: string[];
  language: string | null;
  unnamed: string[];
  overflows: boolean;
  /** Rules of axe that the page breaks, or may break for all that axe can tell, in light and in dark, each with the first element that does. */
  violations: string[];
}

export const whole = (heading: string): Audit => ({
  headings: [heading],
  language: "en",
  unnamed: [],
  overflows: false,
  violations: [],
});

/** Runs in the page. As text, because otherwise the types of a browser would be in every file of the repository. */
const unnamedFields = `
  [...document.querySelectorAll("input:not([type=hidden]), button, select, textarea, summary")]
    .filter((field) => ![field, ...(field.labels ?? [])].some(({ textContent }) => textContent.trim() !== ""))
    .map(({ outerHTML }) => outerHTML)`;

/** @param heading is waited for: a click returns while the next page is still on its way */
export async function audit(page: Page, heading?: string): Promise<Audit> {
  if (heading !== undefined) await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
  return {
    headings: await page.locator("h1").allTextContents(),
    language: await page.locator("html").getAttribute("lang"),
    unnamed: await page.evaluate<string[]>(unnamedFields),
    overflows: await page.evaluate<boolean>("document.documentElement.scrollWidth > innerWidth"),
    violations: await violationsOf(page),
  };
}

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** Everything in light; in dark only what depends on colours. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const run = async (colorScheme: "light" | "dark", options: string) => {
    await page.emulateMedia({ colorScheme });
    return await page.evaluate<string[]>(
      `axe.run(${options}).then(({ violations, incomplete }) =>
        [...violations, ...incomplete].map(({ id, nodes: [{ html }] }) => id + ": " + html))`,
    );
  };
  const light = await run("light", "");
  const dark = await run("dark", `{ runOnly: ["color-contrast"] }`);
  await page.emulateMedia({ colorScheme: null });
  return [...light, ...dark];
}
