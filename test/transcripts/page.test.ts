/** What a page is refused for; that it is what is printed is held by test/e2e/transcripts.test.ts. */
import { runPage } from "./page";
import { withPlaceholders } from "./placeholders";

/** A command ends with the digit that it begins with, and prints the rest of it. */
const run = (...lines: string[]): Promise<string> =>
  runPage(["```console", ...lines, "```", ""].join("\n"), ({ command }) =>
    Promise.resolve({ code: Number(command[0]), text: command.slice(2).replace("\\n", "\n") }),
  );

test("one run reports every command whose exit code differs from the page's", async () => {
  await expect(run("$ 3 a", "$ 0 b", "$ 4 c", "[exit code 5]", "$ 0 d", "[exit code 1]")).rejects.toThrow(
    /^Exit code 3 instead of 0: 3 a\na\n\nExit code 4 instead of 5: 4 c\nc\n\nExit code 0 instead of 1: 0 d\nd$/u,
  );
});

test("what was printed gives way to what is printed now, with the exit code below it", async () => {
  const page = (...shown: string[]) => ["```console", ...shown, "```", ""].join("\n");
  expect(await run("$ 0 one", "old", "", "older", "$ 3 two", "old", "[exit code 3]")).toBe(
    page("$ 0 one", "one", "$ 3 two", "two", "[exit code 3]"),
  );
});

test("an excerpt stays while its lines are printed, in their order; else all that is printed comes in its place", async () => {
  const printing = async (...shown: string[]) => {
    const page = ["```console", "$ a", ...shown, "```", ""].join("\n");
    return (await runPage(page, () => Promise.resolve({ code: 0, text: "one (1)\ntwo\nthree\nfour\n" }))) === page;
  };
  expect(await printing("…", "two", "…")).toBe(true);
  expect(await printing("one (1)", "…", "four")).toBe(true);
  for (const wrong of [
    ["…", "wo", "…"],
    ["…", "three", "two", "…"],
    ["two", "…"],
    ["…", "three"],
    ["one (1)", "four", "…"],
    ["…"],
    ["…", "one (1)", "…"],
  ])
    expect(await printing(...wrong)).toBe(false);
});

test("output that would be a command the next time is refused, and so is a block that begins otherwise", async () => {
  await expect(run("$ 0 a\\n$ rm")).rejects.toThrow("take a line of its output for a command: 0 a");
  await expect(run("0 a")).rejects.toThrow('A block begins with "$ ", a command line, not 0 a');
});

test.each([
  ["half a token", `eyJ${"a1B2".repeat(9)}`],
  ["a refresh token", `1.A${"a1B2-c3D_".repeat(9)}`],
])("%s is refused, and not shown whole", (_, secret) => {
  expect(() => withPlaceholders(`printed ${secret} here`)).toThrow(
    /^Something that looks like a secret would be on the page: .{8}…$/u,
  );
});
