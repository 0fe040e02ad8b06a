import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { escaped } from "../support/escaped";
import { codeSpans, links, readDocument, repository, tableRows } from "./markdown";

const lines = (name: string): string[] =>
  readFileSync(join(__dirname, "seed", `${name}.txt`), "utf8")
    .trimEnd()
    .split("\n");
/** The parts of the original seed; its own file is beside the repository, if there is one. */
const seed = { headings: lines("headings"), sentences: lines("sentences"), code: lines("powershell") };
const originals = globSync("../shared/seed/*.txt", { cwd: repository });

/** The script's output is a requirement too: an id that people need, and a secret that nobody may see. */
const printed = seed.code.filter((line) => line.startsWith('Write-Host "Application'));

/** Whether a text is the one that a page shows, in which `…` stands for a part of it. */
const isShownAs = (shown: string, text: string): boolean =>
  new RegExp(`^${shown.split("…").map(escaped).join(".+")}$`, "u").test(text);

/** Takes the next lines away: those that a cell's code spans show, and, between two spans with `…`, all before the second. */
function takenFrom(left: string[], cell: string): string[] {
  const spans = [...cell.matchAll(/(… )?`([^`]+)`/gu)];
  return spans.flatMap(([, skips, shown = ""]) => {
    const end = skips === undefined ? 0 : left.findIndex((line) => isShownAs(shown, line));
    return end < 0 || !isShownAs(shown, left[end] ?? "") ? [`not the next line: ${shown}`] : left.splice(0, end + 1);
  });
}

const blanks = (text: string): string => text.replace(/ {2,}/gu, " ");
const readme = readDocument("README.md");
const table = tableRows(readDocument("docs/seed.md"), 3);
const rows = table.map(([text = "", here = "", proof = ""]) => ({
  text: text.startsWith("`") ? (codeSpans(text)[0] ?? "") : text,
  here: links(here),
  proof: links(proof),
}));

/** A link whose text is a code span with the words to search. */
const wordsOf = (text: string): string => codeSpans(text)[0] ?? "";
/** Of a link in a page of docs/, relative to the repository. */
const fileOf = (target: string): string => join("docs", target.replace(/#.*$/u, ""));

test("the lists are the seed's, whole", () => {
  for (const path of originals) {
    const original = readFileSync(join(repository, path), "utf8");
    // The longest first: some are parts of others.
    const parts = Object.values(seed)
      .flat()
      .toSorted((one, other) => other.length - one.length);
    expect(parts.filter((part) => !original.includes(part))).toEqual([]);
    expect(parts.reduce((text, part) => text.replaceAll(part, ""), original).trim()).toBe("");
  }
  expect([seed.headings.length, seed.sentences.length, seed.code.length, printed.length]).toEqual([6, 37, 112, 2]);
});

test("every sentence of the seed has its row, in order, and so has what the script prints", () => {
  const shown = rows.map(({ text }) => text).filter((text) => !printed.map(blanks).includes(text));
  expect(shown.map((text) => seed.sentences.filter((sentence) => isShownAs(text, sentence)))).toEqual(
    seed.sentences.map((sentence) => [sentence]),
  );
  expect(rows.map(({ text }) => text).filter((text) => printed.map(blanks).includes(text))).toEqual(
    printed.map(blanks),
  );
});

test.each(rows.map(({ text, ...row }) => [text, row] as const))("%s", (_, { here, proof }) => {
  const missing = here.filter(({ text, target }) => !isIn(wordsOf(text), fileOf(target)));
  const unproven = proof.filter(({ text, target }) => !isTest(wordsOf(text), fileOf(target)));
  expect({ lines: here.length > 0, tests: proof.length > 0, missing, unproven }).toEqual({
    lines: true,
    tests: true,
    missing: [],
    unproven: [],
  });
});

function isIn(words: string, file: string): boolean {
  const path = join(repository, file);
  return words !== "" && existsSync(path) && readFileSync(path, "utf8").includes(words);
}

/** A line that begins the title of a test, or a row of its table. */
const titled = /^\s*(?:(?:inOneCloud|test|it|testInSoak|describe|testFix\w*)\b[^"`]*|\[?\s*|\].*\)\()["`].*$/gmu;

/** Whether the words are in the title of one test of the file, or its case, and in no other. */
function isTest(words: string, file: string): boolean {
  const path = join(repository, file);
  if (words === "" || !file.endsWith(".test.ts") || !existsSync(path)) return false;
  const titles = readFileSync(path, "utf8").match(titled) ?? [];
  return titles.filter((title) => title.includes(words)).length === 1;
}

describe("docs/powershell.md", () => {
  const left = seed.code.map(blanks);
  const mapped = tableRows(readDocument("docs/powershell.md"), 2).map(([cell = "", now = ""]) => ({
    lines: takenFrom(left, cell),
    now,
  }));

  test("every line of the seed's PowerShell has its row, in order", () => {
    expect(mapped.flatMap(({ lines: typed }) => typed)).toEqual(seed.code.map(blanks));
    expect(mapped.filter(({ lines: typed, now }) => typed.length === 0 || now === "")).toEqual([]);
  });

  test("what Microsoft has retired is marked", () => {
    const retired = /\w-(?:AzureAD|AzureRm|Msol)(?!.*\.ps1)|Module AzureAD$|graph\.windows\.net/u;
    const unmarked = mapped.filter(
      ({ lines: typed, now }) => typed.some((text) => retired.test(text)) && !now.includes("**Retired: "),
    );
    expect(unmarked).toEqual([]);
    for (const name of ["AzureAD", "AzureRM", "MSOnline", "Azure AD Graph"]) {
      expect(mapped.some(({ now }) => now.includes(`**Retired: ${name}`))).toBe(true);
    }
  });

  test("the printed secret is read from the vault, and printed by no command of ours", () => {
    const { now = "" } = mapped.find(({ lines: [line = ""] }) => line.includes("ApplicationSecret")) ?? {};
    expect(codeSpans(now)).toEqual([
      'az keyvault secret show --id "$(pulumi stack output vaultUri)secrets/$(pulumi stack output credential | jq -r .name)" --query value -o tsv',
    ]);
  });
});

test("the README leads to the documentation that the seed leads to", () => {
  const [first] = links(readme);
  expect(first).toEqual({
    text: "Secure Application Model",
    target: "https://learn.microsoft.com/partner-center/developer/enable-secure-app-model",
  });
});
