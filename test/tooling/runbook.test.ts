import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fixesText } from "../../errors/text";
import { aadsts } from "../../oauth/aadsts";

const root = join(__dirname, "..", "..");
const runbook = readFileSync(join(root, "docs", "runbook.md"), "utf8");

test("the runbook has a line for every number of the catalogue, in its words, and no other", () => {
  const lines = Object.entries(aadsts).map(([code, { meaning, why, fixes }]) =>
    // A name in angle brackets would be taken for HTML.
    `- **AADSTS${code}**: ${meaning}. ${why} **Fix:** ${fixesText(fixes)}`.replaceAll("<", "&lt;"),
  );
  expect(runbook.match(/^- \*\*AADSTS\d+\*\*: .*$/gmu)).toEqual(lines);
});
