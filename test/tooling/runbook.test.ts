import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../cli/terminal/exit-code";
import { codes } from "../../lib/errors/codes";
import { messageOf } from "../../lib/errors/text";
import { aadsts } from "../../lib/oauth/aadsts";
import { customerCodes } from "../../lib/oauth/aadsts-codes/customer";
import { partnerCenterNumbers } from "../../lib/partner-center/errors";
import type { AadstsEntry } from "../../lib/oauth/remedies";
import { repository } from "./markdown";

const page = join(repository, "docs", "runbook.md");
const start = "<!-- WRITE_PAGES=1 npm test -- runbook writes what follows. -->\n\n";

type Entry = Pick<AadstsEntry, "fixes">;

/** A line for each fix, with the numbers that it is for. Meaning and cause of each are printed by `explain`. */
function lines(entries: Readonly<Record<string, Entry>>, nameOf: (number: string) => string): string[] {
  return [...Map.groupBy(Object.entries(entries), ([, entry]) => fixOf(entry))].map(([fix, fixed]) =>
    // A name in angle brackets would be taken for HTML.
    `- ${fixed.map(([number]) => `**${nameOf(number)}**`).join(", ")}: ${fix}`.replaceAll("<", "&lt;"),
  );
}

const fixOf = ({ fixes }: Entry): string => messageOf({ what: "", fixes });

const byNumber = [
  ...lines(aadsts, (code) => `AADSTS${code}`),
  "\n### In a customer's tenant\n",
  ...lines(customerCodes, (code) => `AADSTS${code}`),
  "\n### Partner Center\n",
  ...lines(partnerCenterNumbers, (code) => code),
];

const groups = Object.keys(codes) as (keyof typeof codes)[];
const byCode = groups.map(
  (group) => `- **${exitCodes[group]}**: ${codes[group].map((code) => `\`${code}\``).join(", ")}`,
);

test.each([
  ["every code of a failure with its exit code", byCode, "\n\n## By AADSTS number\n"],
  ["every number before its fix, in its words", byNumber, "\n\n## By symptom\n"],
])("the runbook has %s, and no other; WRITE_PAGES=1 npm test -- runbook writes them", (_, all, end) => {
  const written = all.join("\n");
  const [before = "", after = ""] = readFileSync(page, "utf8").split(end);
  const kept = before.slice(0, before.lastIndexOf(start));
  if (process.env["WRITE_PAGES"]) writeFileSync(page, [kept, start, written, end, after].join(""));
  expect(readFileSync(page, "utf8").split(end)[0]?.split(start).at(-1)).toBe(written);
});

test("something fails with each code", () => {
  const files = globSync(["*.ts", "{acceptance,cli,components,lib}/**/*.ts"], { cwd: repository });
  const sources = files
    .filter((file) => file !== "lib/errors/codes.ts")
    .map((file) => readFileSync(join(repository, file), "utf8"))
    .join("");
  const unused = Object.values(codes)
    .flat()
    .filter((code) => {
      // The reason of a refusal is a name of its own there.
      const reason = /^(?:entra|http|vault)-(.+)$/u.exec(code)?.[1];
      const forms = [`"${code}"`, ...(reason === undefined ? [] : [`"${reason}"`, `  ${reason}: `])];
      return !forms.some((form) => sources.includes(form));
    });
  expect(unused).toEqual([]);
});
