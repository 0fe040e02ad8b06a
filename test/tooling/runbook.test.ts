import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../lib/errors/text";
import { aadsts } from "../../lib/oauth/aadsts";
import { customerCodes } from "../../lib/oauth/aadsts-codes/customer";
import { partnerCenterNumbers } from "../../lib/partner-center/errors";
import type { AadstsEntry } from "../../lib/oauth/remedies";

const page = join(__dirname, "..", "..", "docs", "runbook.md");
const [start, end] = ["<!-- WRITE_PAGES=1 npm test -- runbook writes what follows. -->\n\n", "\n\n## By symptom\n"];

type Entry = Pick<AadstsEntry, "fixes">;

/** A line for each fix, with the numbers that it is for. Meaning and cause of each are printed by `explain`. */
function lines(entries: Readonly<Record<string, Entry>>, nameOf: (number: string) => string): string[] {
  return [...Map.groupBy(Object.entries(entries), ([, entry]) => fixOf(entry))].map(([fix, fixed]) =>
    // A name in angle brackets would be taken for HTML.
    `- ${fixed.map(([number]) => `**${nameOf(number)}**`).join(", ")}: ${fix}`.replaceAll("<", "&lt;"),
  );
}

const fixOf = ({ fixes }: Entry): string => messageOf({ what: "", fixes });

const written = [
  ...lines(aadsts, (code) => `AADSTS${code}`),
  "\n### In a customer's tenant\n",
  ...lines(customerCodes, (code) => `AADSTS${code}`),
  "\n### Partner Center\n",
  ...lines(partnerCenterNumbers, (code) => code),
].join("\n");

test("the runbook has every number before its fix, in its words, and no other; WRITE_PAGES=1 npm test -- runbook writes them", () => {
  const [before = "", rest = ""] = readFileSync(page, "utf8").split(start);
  const [, after = ""] = rest.split(end);
  if (process.env["WRITE_PAGES"]) writeFileSync(page, [before, start, written, end, after].join(""));
  expect(readFileSync(page, "utf8").split(start)[1]?.split(end)[0]).toBe(written);
});
