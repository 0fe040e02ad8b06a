import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../cli/terminal/exit-code";
import { codes } from "../../lib/errors/codes";
import { repository } from "../tooling/markdown";

const page = join(repository, "docs", "runbook.md");
const start = "<!-- WRITE_PAGES=1 npm test -- error-codes writes what follows. -->\n\n";

/** Exit code 1 is every other code's; test/fixtures/0.1.0/names.txt has these, too. */
const groups = (Object.keys(codes) as (keyof typeof codes)[]).filter((group) => exitCodes[group] !== 1);
const lineOf = (group: keyof typeof codes): string =>
  `- **${exitCodes[group]}**: ${codes[group].map((code) => `\`${code}\``).join(", ")}\n`;

test("the runbook ends with every code that has another exit code than 1; WRITE_PAGES=1 npm test -- error-codes writes them", () => {
  const written = groups.map(lineOf).join("");
  const [before = ""] = readFileSync(page, "utf8").split(start);
  if (process.env["WRITE_PAGES"]) writeFileSync(page, [before, start, written].join(""));
  expect(readFileSync(page, "utf8").split(start)[1]).toBe(written);
  expect(groups.length).toBe(Object.keys(codes).length - 1);
});

test("something fails with each code", () => {
  const files = globSync(["*.ts", "{cli,components,lib,program,tools/acceptance}/**/*.ts"], { cwd: repository });
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
