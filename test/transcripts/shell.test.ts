import { runInShell, type Surroundings } from "./shell";

const here = { cwd: process.cwd(), env: { PATH: process.env["PATH"], GREETING: "hello" } };
const run = (command: string, more: Partial<Surroundings> = {}) => runInShell(command, { ...here, ...more });
const terminal = (answer: string | Error = "you") => ({
  prompt: "Name? ",
  answer: (output: string) =>
    answer instanceof Error ? Promise.reject(answer) : Promise.resolve(`${answer} of ${output.split("\n")[0] ?? ""}`),
});

test.each<[what: string, command: string, more: Partial<Surroundings>, code: number, text: string]>([
  ["both streams come in their order", "echo one; echo two >&2; echo three", {}, 0, "one\ntwo\nthree\n"],
  ["a here-document and a pipe", "cat \\\n  <<'END' | tr a b\nabc$x\nEND", {}, 0, "bbc$x\n"],
  ["standard input", "tr a b", { input: "aha\n" }, 0, "bhb\n"],
  ["without one it is empty", "cat", {}, 0, ""],
  ["input that nobody reads to its end", "exec true", { input: "y\n".repeat(1_000_000) }, 0, ""],
  ["variables", 'echo "$GREETING"', {}, 0, "hello\n"],
  ["the exit code", "echo no; exit 3", {}, 3, "no\n"],
  [
    "a terminal, without its colours",
    "test -t 1 && stty size; printf '\\033[1mbold\\033[0m\\n' >&2; exit 4",
    { terminal: terminal() },
    4,
    "50 100\nbold\n",
  ],
  [
    "what is typed at a prompt is made of what was printed before",
    `echo this && printf 'Name? ' && read -r name && echo "Hello $name"`,
    { terminal: terminal() },
    0,
    "this\nName? you of this\nHello you of this\n",
  ],
])("%s", async (_, command, more, code, text) => {
  expect(await run(command, more)).toEqual({ code, text });
});

test("if nothing can be typed, that is the error", async () => {
  const command = "printf 'Name? '; read -r name";
  await expect(run(command, { terminal: terminal(new Error("Nobody is here.")) })).rejects.toThrow("Nobody is here.");
});

test("a machine without the program that provides a terminal gets an error that names it", async () => {
  await expect(run("true", { env: { PATH: "/nowhere" }, terminal: terminal() })).rejects.toThrow(
    "script does not start here: spawn script ENOENT",
  );
});
