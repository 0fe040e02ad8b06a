/** What a person types from the pages of the first day, of CI and of later days: each line works in bash and in Windows PowerShell, or stands in both forms. */
import { spawnSync } from "node:child_process";
import { commands } from "../../cli/commands";
import type { Definition } from "../../cli/options/define";
import { problemInPowerShell } from "../cli/support/powershell-grammar";
import { codeSpans, parts, readDocument } from "./markdown";

/** Before a line's form for PowerShell, which is a comment for both. */
const otherForm = "# in PowerShell: ";

const pages = ["README.md", "docs/ci.md", "docs/day-two.md"];

/** As they are typed: placeholders are words. */
const filledIn = (line: string): string => line.replace(/<(?=\S)[^<>|]*\S>/gu, "word");

function blocksOf(page: string): string[][] {
  return parts(readDocument(page))
    .fences.filter(({ language }) => ["", "sh", "console"].includes(language))
    .map(({ language, text }) => {
      const lines = text.split("\n").filter((line) => !/^(?!# in PowerShell: )(?:#|$)/u.test(line));
      return language === "console"
        ? lines.filter((line) => line.startsWith("$ ")).map((line) => line.slice(2))
        : lines;
    });
}

const typedInProse = (page: string): string[] =>
  codeSpans(parts(readDocument(page)).prose).filter((span) =>
    /^(?:az|gh|git|npm|npx|pulumi|secure-app-model) /u.test(span),
  );

const examples = (all: readonly Definition[]): string[] =>
  all.flatMap(({ help, subcommands = [] }) => [
    ...(help.match(/(?<=^ {2})secure-app-model .*/gmu) ?? []),
    ...examples(subcommands),
  ]);

describe.each(pages)("%s", (page) => {
  test("bash parses each line", () => {
    const lines = [...blocksOf(page).flat(), ...typedInProse(page)].map(filledIn);
    const refused = lines.filter((line) => spawnSync("bash", ["-n"], { input: line }).status !== 0);
    expect(refused).toEqual([]);
    expect(lines.length).toBeGreaterThan(10);
  });

  test("PowerShell runs each line, or the one that stands for it", async () => {
    const problems: string[] = [];
    for (const block of [...blocksOf(page), typedInProse(page)]) {
      const waiting: string[] = [];
      for (const line of block) {
        const isOther = line.startsWith(otherForm);
        const problem = await problemInPowerShell(filledIn(isOther ? line.slice(otherForm.length) : line));
        if (isOther) waiting.shift();
        if (problem !== undefined) (isOther ? problems : waiting).push(`${line}: ${problem}`);
      }
      problems.push(...waiting);
    }
    expect(problems).toEqual([]);
  });
});

test("so does each example of --help", async () => {
  const lines = examples(commands);
  const problems = await Promise.all(lines.map((line) => problemInPowerShell(filledIn(line))));
  expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  expect(lines.length).toBeGreaterThan(20);
});

test.each([
  ["npm ci && npm test", "it has neither && nor ||"],
  ["secure-app-model status | grep ok", "it has no grep"],
  ["export A=b", "it has no export"],
  ["secure-app-model exec -- az group list", "it takes -- away from a script: put it in quotes"],
  ["secure-app-model customers consent --all --grant graph=A,B --dry-run", "it is no PowerShell"],
  [`secure-app-model drift --stack 'a`, "it is no PowerShell"],
  [`pulumi config set x '{"a": 1}'`, "it gives a program no double quotes"],
  ["pulumi config set x ''", "it gives a program no empty word"],
  ["pulumi up \\", "its escapes are others"],
  ["pulumi up > /dev/null", "it has no /dev"],
  ["secure-app-model consent --import < token.txt", "it has no <"],
])("%s: %s", async (line, problem) => {
  expect(await problemInPowerShell(line)).toBe(problem);
});
