import { format } from "prettier";
import type { Section } from "../../local/transcripts/chapter";
import { transcript } from "../../local/transcripts/page";

const section: Section = { title: "Options", prose: "What it takes.", command: "tool --help" };

test("a section is its title, its line, and what was typed with what came", () => {
  expect(transcript(section, "usage\n\nmore\n")).toBe(
    "### Options\n\nWhat it takes.\n\n```console\n$ tool --help\nusage\n\nmore\n```\n",
  );
});

test("a failure says its exit code", () => {
  expect(transcript({ ...section, exitCode: 3 }, "error: no\n")).toBe(
    "### Options\n\nWhat it takes.\n\n```console\n$ tool --help\nerror: no\n```\n\nExit code 3.\n",
  );
});

test("further lines have the shell's second prompt, input its pipe, and silence no line", () => {
  const command = "tool \\\n  --last";
  expect(transcript({ ...section, command, stdin: { from: "cat log", text: () => "" } }, "")).toContain(
    "```console\n$ cat log | tool \\\n>   --last\n```\n",
  );
});

test("a fence in the output does not end the section", () => {
  expect(transcript(section, "```yaml\na: 1\n```\n")).toContain(
    "````console\n$ tool --help\n```yaml\na: 1\n```\n````\n",
  );
});

test("the formatter has nothing to change", async () => {
  const made = transcript(section, "a   |  b\n\n\n* c \n\n1) d");
  expect(await format(made, { parser: "markdown", printWidth: 120 })).toBe(made);
});
