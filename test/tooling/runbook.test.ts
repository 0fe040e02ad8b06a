import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fix } from "../../errors/failure";
import { fixesText } from "../../errors/text";
import { aadsts } from "../../oauth/aadsts";
import { partnerCenterNumbers } from "../../partner-center/errors";
import type { AadstsEntry } from "../../oauth/remedies";

const root = join(__dirname, "..", "..");
const page = join(root, "docs", "runbook.md");
const inPage = /^- \*\*(?:AADSTS|Partner Center )\d+\*\*: .*$/gmu;

/** Where a fix is written out: at the first number that has it. */
const firstOf = new Map<string, string>();

function line(name: string, { meaning, why, fixes }: Pick<AadstsEntry, "meaning" | "why" | "fixes">): string {
  const text = fixesText(fixes.map(marked));
  const first = firstOf.get(text);
  firstOf.set(text, first ?? name);
  // A name in angle brackets would be interpreted as HTML.
  return `- **${name}**: ${meaning}. ${why} **Fix:** ${first === undefined ? text : `as for ${first}.`}`.replaceAll(
    "<",
    "&lt;",
  );
}

const marked = (fix: Fix): Fix => (fix.byPerson ? { ...fix, text: `(by a person) ${fix.text}` } : fix);

const lines = [
  ...Object.entries(aadsts).map(([code, entry]) => line(`AADSTS${code}`, entry)),
  ...Object.entries(partnerCenterNumbers).map(([code, entry]) => line(`Partner Center ${code}`, entry)),
];

test("the runbook has a line for every number, in its words, and no other; WRITE_PAGES=1 npm test -- runbook writes them", () => {
  const runbook = readFileSync(page, "utf8");
  if (process.env["WRITE_PAGES"]) {
    const [first = ""] = runbook.match(inPage) ?? [];
    const [before = "", ...after] = runbook.split(/(?:^- \*\*(?:AADSTS|Partner Center )\d+\*\*: .*\n)+/mu);
    expect(first).not.toBe("");
    writeFileSync(page, `${before}${lines.join("\n")}\n${after.join("")}`);
  }
  expect(readFileSync(page, "utf8").match(inPage)).toEqual(lines);
});
