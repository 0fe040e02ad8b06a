import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fix } from "../../lib/errors/failure";
import { fixesText } from "../../lib/errors/text";
import { aadsts } from "../../lib/oauth/aadsts";
import { customerCodes } from "../../lib/oauth/aadsts-codes/customer";
import { partnerCenterNumbers } from "../../lib/partner-center/errors";
import type { AadstsEntry } from "../../lib/oauth/remedies";

const root = join(__dirname, "..", "..");
const page = join(root, "docs", "runbook.md");
const inPage = /^- \*\*(?:AADSTS|Partner Center )\d+(?: in a customer's tenant)?\*\*: .*$/gmu;

/** Where a cause or a fix stands whole: at the first number that it is for. */
const firstOf = new Map<string, string>();

function line(name: string, { meaning, why, fixes }: Pick<AadstsEntry, "meaning" | "why" | "fixes">): string {
  const marked = fixes.map(markedByPerson);
  const cause = firstOf.get(why);
  const fix = shortened(marked);
  for (const text of [why, fixesText(marked)]) firstOf.set(text, firstOf.get(text) ?? name);
  const both = cause === undefined ? `${why} **Fix:** ${fix}` : `Cause: ${elsewhere(cause)} **Fix:** ${fix}`;
  // A name in angle brackets would be taken for HTML.
  return `- **${name}**: ${meaning}. ${fix === elsewhere(cause) ? `Cause and **fix**: ${fix}` : both}`.replaceAll(
    "<",
    "&lt;",
  );
}

const elsewhere = (name: string | undefined): string => `as for ${name?.replace("AADSTS", "")}.`;

/** What stands whole elsewhere is named, be it all of the fixes or the last of them. */
function shortened(fixes: readonly Fix[]): string {
  const start = fixes.findIndex((_, index) => firstOf.has(fixesText(fixes.slice(index))));
  if (start < 0) return fixesText(fixes);
  const rest = elsewhere(firstOf.get(fixesText(fixes.slice(start))));
  return start === 0 ? rest : `${fixesText(fixes.slice(0, start))}; or: ${rest}`;
}

const markedByPerson = (fix: Fix): Fix => (fix.byPerson ? { ...fix, text: `(by a person) ${fix.text}` } : fix);

const lines = [
  ...Object.entries(aadsts).map(([code, entry]) => line(`AADSTS${code}`, entry)),
  ...Object.entries(customerCodes).map(([code, entry]) => line(`AADSTS${code} in a customer's tenant`, entry)),
  ...Object.entries(partnerCenterNumbers).map(([code, entry]) => line(`Partner Center ${code}`, entry)),
];

test("the runbook has a line for every number, in its words, and no other; WRITE_PAGES=1 npm test -- runbook writes them", () => {
  const runbook = readFileSync(page, "utf8");
  if (process.env["WRITE_PAGES"]) {
    const [first = ""] = runbook.match(inPage) ?? [];
    const [before = "", ...after] = runbook.split(
      /(?:^- \*\*(?:AADSTS|Partner Center )\d+(?: in a customer's tenant)?\*\*: .*\n)+/mu,
    );
    expect(first).not.toBe("");
    writeFileSync(page, `${before}${lines.join("\n")}\n${after.join("")}`);
  }
  expect(readFileSync(page, "utf8").match(inPage)).toEqual(lines);
});
