import { hasTranscript, headingOf, type Line, partsOf, runPage } from "./page";

const page = (...lines: string[]) => ["# Tool", "", ...lines, "", "The end.", ""].join("\n");

/** Ends with the digit that the command begins with, and prints the rest of it. */
async function run(page: string): Promise<{ made: string; lines: Line[] }> {
  const lines: Line[] = [];
  const made = await runPage(page, (line) => {
    lines.push(line);
    return Promise.resolve({ code: Number(line.command[0]), text: line.command.slice(2) });
  });
  return { made, lines };
}

test("what was printed gives way to what is printed now, with the exit code below it", async () => {
  const before = page("```console", "$ 0 one", "old", "", "older", "$ 3 two", "old", "[exit code 3]", "$ 0 ", "```");
  const after = page("```console", "$ 0 one", "one", "$ 3 two", "two", "[exit code 3]", "$ 0 ", "```");
  expect(await run(before)).toMatchObject({ made: after });
  expect(await run(after)).toMatchObject({ made: after });
});

test("a command is handed over without its prompts, with the words behind console", async () => {
  const { lines } = await run(page("```console some=1 thing", "$ 0 cat \\", ">   <<'END'", "> $x", "> END", "```"));
  expect(lines).toEqual([{ command: "0 cat \\\n  <<'END'\n$x\nEND", given: ["some=1", "thing"] }]);
});

test("other blocks are left alone, and a longer fence holds what looks like the end of a block", async () => {
  const text = page(
    "```sh",
    "$ 9 no",
    "```",
    "",
    "````console",
    "$ 0 a",
    "a",
    "````",
    "",
    "```console",
    "$ 0 b",
    "b",
    "```",
  );
  const { made, lines } = await run(text);
  expect({ made, commands: lines.map(({ command }) => command) }).toEqual({ made: text, commands: ["0 a", "0 b"] });
});

test("one run reports every command whose exit code differs from the page's", async () => {
  const text = page("```console", "$ 3 a", "$ 0 b", "$ 4 c", "[exit code 5]", "$ 0 d", "[exit code 1]", "```");
  await expect(run(text)).rejects.toThrow(
    /^Exit code 3 instead of 0: 3 a\na\n\nExit code 4 instead of 5: 4 c\nc\n\nExit code 0 instead of 1: 0 d\nd$/u,
  );
});

test("output that would be a command the next time is refused, and so is a block that begins otherwise", async () => {
  await expect(
    runPage(page("```console", "$ a", "```"), () => Promise.resolve({ code: 0, text: "\n$ rm" })),
  ).rejects.toThrow("take a line of its output for a command: a");
  await expect(run(page("```console", "0 a", "```"))).rejects.toThrow(
    'A block begins with "$ ", a command line, not 0 a',
  );
});

test("the parts of a page are its headings with their texts, and together the page", () => {
  const title = ["# Tool", "", "For you.", "", ""].join("\n");
  const group = ["## Move", "", ""].join("\n");
  const far = ["### Far", "", "```console given=1", "$ move", "```", ""].join("\n");
  const near = ["### Near", "", "Type `$ move`:", "", "```sh", "$ move", "```", ""].join("\n");
  expect(partsOf(title + group + far + near)).toEqual([title, group, far, near]);
  expect([title, group, far, near].map((part) => [headingOf(part), hasTranscript(part)])).toEqual([
    ["Tool", false],
    ["Move", false],
    ["Far", true],
    ["Near", false],
  ]);
});
