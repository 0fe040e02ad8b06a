import { format } from "prettier";
import type { Section } from "../../../embedded-cloud/transcripts/chapter";
import { transcript, writePage } from "../../../embedded-cloud/transcripts/page";
import { stage } from "./stage";

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

test("every section that ends otherwise than it says is told by one run", async () => {
  const sections: Section[] = [
    { ...section, title: "First", command: "echo no; exit 3" },
    { ...section, title: "Second", command: "true" },
    { ...section, title: "Third", command: "exit 4", exitCode: 5 },
  ];
  const here = { ...stage, clone: process.cwd() };
  await expect(writePage([{ title: "tool", prose: "", sections }], here, "2026-11-25")).rejects.toThrow(
    /^"First" ended with exit code 3 instead of 0.*\n\n"Third" ended with exit code 4 instead of 5.*$/su,
  );
});

test("a page has its chapters and sections in order, and ends with one line break", async () => {
  const here = { ...stage, clone: process.cwd() };
  const chapters = ["one", "two"].map((title) => ({
    title,
    prose: `About ${title}.`,
    sections: [{ ...section, command: `echo ${title} https://127.0.0.1:24005` }],
  }));
  const page = await writePage(chapters, here, "2026-11-25");
  expect(page.slice(page.indexOf("## one"))).toBe(
    ["one", "two"]
      .map((title) => {
        const line = `echo ${title} https://127.0.0.1:24005`;
        return `## ${title}\n\nAbout ${title}.\n\n### Options\n\nWhat it takes.\n\n\`\`\`console\n$ ${line}\n${line.slice(5)}\n\`\`\`\n`;
      })
      .join("\n"),
  );
  expect(await format(page, { parser: "markdown", printWidth: 120 })).toBe(page);
});
