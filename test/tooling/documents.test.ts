import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { settingsByPath } from "../../lib/config/catalogue";
import { commandsPage as transcripts, dayTwoPage, hasTranscript, partsOf } from "../transcripts/page";
import { codeLines, declaredCommands, unknownIn, unknownInNpm, wordsAfter } from "./command-lines";
import { anchors, codeSpans, documents, links, parts, readDocument, repository, tableRows } from "./markdown";

/** Files that exist only after a run or a build. */
const made = /^(?:(?:\.local|bin|node_modules)\/|acceptance\.(?:md|json)$)/u;
/** Folders in which a name like `drift.yml` is searched, too: a project that was made from the template has its files. */
const places = [".github/workflows", "templates/partner", "templates/partner/.github/workflows"];

const there = (path: string): boolean => existsSync(join(repository, path));

function brokenLinks(document: string): string[] {
  const { prose } = parts(readDocument(document));
  return links(prose).flatMap(({ target }) => {
    if (/^[a-z]+:/u.test(target)) return [];
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? document : normalize(join(dirname(document), path));
    if (!there(file)) return [target];
    return anchor !== undefined && !anchors(parts(readDocument(file)).prose).has(anchor) ? [target] : [];
  });
}

/** Names with one of our extensions, and folders, anywhere in prose. */
function missingFiles(document: string): string[] {
  const prose = parts(readDocument(document)).prose.replace(/\bhttps?:\/\/\S+/gu, "");
  const named = [...prose.matchAll(/(?<![\w@./-])(?:[\w@.-]+\/)*[\w@.-]+\.(?:ts|mjs|cjs|json|yaml|yml|md)\b/gu)];
  const folders = codeSpans(prose).filter((text) => /^(?:[\w.-]+\/)+$/u.test(text));
  return [...named.map(([text]) => text), ...folders].filter(
    (text) => !made.test(text) && ![".", dirname(document), ...places].some((folder) => there(join(folder, text))),
  );
}

describe.each(documents())("%s", (document) => {
  const lines = codeLines(readDocument(document));

  test("leads only to files and headings that exist", () => {
    expect(brokenLinks(document)).toEqual([]);
  });

  test("names only files that exist", () => {
    expect(missingFiles(document)).toEqual([]);
  });

  test("uses only commands and options that exist", () => {
    const written = lines.filter((line) => document !== transcripts || !line.startsWith("$ "));
    const unknown = written.flatMap((line) =>
      wordsAfter("secure-app-model", line).map((argv) => unknownIn(root, argv)),
    );
    expect(unknown.filter((text) => text !== undefined)).toEqual([]);
  });

  test("uses only npm scripts and options that exist", () => {
    const unknown = lines.flatMap((line) => wordsAfter("npm", line).map((argv) => unknownInNpm(scripts, argv)));
    expect(unknown.filter((text) => text !== undefined)).toEqual([]);
  });

  test("names only settings and outputs that exist", () => {
    const settings = lines.flatMap((line) => settingsIn(line));
    expect(settings.filter((name) => !settingsByPath.has(name))).toEqual([]);
    const outputs = lines.flatMap((line) => wordsAfter("pulumi stack output", line).flatMap(([name]) => name ?? []));
    expect(outputs.filter((name) => !name.startsWith("-") && !new RegExp(`\\b${name}[:,]`, "u").test(index))).toEqual(
      [],
    );
  });
});

const root = declaredCommands();
const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const index = ["index.ts", "program/ci.ts", "program/model.ts"]
  .map((file) => readFileSync(join(repository, file), "utf8"))
  .join("");

/** After the namespace, or a code span with a path below one of the settings that are objects. */
function settingsIn(line: string): string[] {
  const spelled = [...line.matchAll(/secure-application-model:(?!index:)([\w.[\]]+)/gu)].map(([, name = ""]) => name);
  const below = /^(?:endpoints|clientSecret|vault|consent)\.[\w.]+$/u.exec(line)?.[0];
  const hosts = /^vault\.(?:azure|usgovcloudapi)\./u;
  return [...spelled, ...(below === undefined || hosts.test(below) ? [] : [below])].map((name) =>
    name.replace(/\[\d*\]/gu, "[]").replace(/\.+$/u, ""),
  );
}

test("every command has its transcripts", () => {
  const leaves = root.commands.flatMap((command) =>
    command.commands.length === 0
      ? [command.name()]
      : command.commands.map((inner) => `${command.name()} ${inner.name()}`),
  );
  const page = readDocument(transcripts);
  expect(leaves.filter((name) => !page.includes(`$ secure-app-model ${name} `))).toEqual([]);
  expect(leaves).toContain("token");
});

test("every procedure after the first day is a transcript, so that test/soak/day-two.test.ts runs it", () => {
  const page = readDocument(dayTwoPage);
  const [, ...procedures] = partsOf(page).filter((part) => part.trim().includes("\n"));
  expect(procedures.filter((part) => !hasTranscript(part))).toEqual([]);
  expect(procedures.length).toBeGreaterThan(10);
  expect(parts(page).fences.filter(({ language }) => language !== "console")).toEqual([]);
});

describe("SECURITY.md's threat model: every row names tests that are there, or says that none is possible, and what is left", () => {
  const rows = tableRows(readDocument("SECURITY.md"), 6);

  test("the table is there", () => {
    expect(rows.length).toBeGreaterThan(10);
  });

  test.each(rows)("%s, %s: %s", (asset, who, way, stops, proof, left) => {
    expect([asset, who, way, stops, left]).not.toContain("");
    const tests = codeSpans(proof);
    expect(tests.filter((file) => !/^test\/.+\.test\.ts$/u.test(file) || !there(file))).toEqual([]);
    if (tests.length === 0) expect(proof).toMatch(/^none is possible: /u);
  });
});

describe("what the checks find", () => {
  test.each([
    ["secure-app-model tokens", "command tokens"],
    ["run secure-app-model token arm --jsn.", "option --jsn of token"],
    [
      'secure-app-model consent --client-id "$(pulumi stack output applicationId)" --clout x',
      "option --clout of consent",
    ],
  ])("in %s: %s", (line, unknown) => {
    const found = wordsAfter("secure-app-model", line).map((argv) => unknownIn(root, argv));
    expect(found.find((text) => text !== undefined)).toBe(unknown);
  });

  test.each([
    ["npm run docks", "script docks"],
    ["npm start -- --kepe", "option --kepe of npm script start"],
    ["npm run docs -- --fast", "option --fast of npm script docs"],
  ])("in %s: %s", (line, unknown) => {
    expect(wordsAfter("npm", line).map((argv) => unknownInNpm(scripts, argv))).toEqual([unknown]);
  });

  test.each([
    ["pulumi config set --path 'secure-application-model:vault.name' x", ["vault.name"]],
    ["secure-application-model:vault.readers[0].principalId", ["vault.readers[].principalId"]],
    ["consent.prot", ["consent.prot"]],
  ])("settings in %s", (line, names) => {
    expect(settingsIn(line)).toEqual(names);
  });
});
