import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fixesText } from "../../errors/text";
import { aadsts } from "../../oauth/aadsts";
import type { AadstsEntry } from "../../oauth/remedies";
import { partnerCenterNumbers } from "../../partner-center/errors";

const root = join(__dirname, "..", "..");
const runbook = readFileSync(join(root, "docs", "runbook.md"), "utf8");

test("the runbook has a line for every number of the catalogue, in its words, and no other", () => {
  const line = (name: string, { meaning, why, fixes }: Pick<AadstsEntry, "meaning" | "why" | "fixes">) =>
    // A name in angle brackets would be taken for HTML.
    `- **${name}**: ${meaning}. ${why} **Fix:** ${fixesText(fixes)}`.replaceAll("<", "&lt;");
  const lines = [
    ...Object.entries(aadsts).map(([code, entry]) => line(`AADSTS${code}`, entry)),
    ...Object.entries(partnerCenterNumbers).map(([code, entry]) => line(`Partner Center ${code}`, entry)),
  ];
  expect(runbook.match(/^- \*\*(?:AADSTS|Partner Center )\d+\*\*: .*$/gmu)).toEqual(lines);
});
