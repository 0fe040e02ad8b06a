import type { Section } from "../../../embedded-cloud/transcripts/chapter";
import { runSection } from "../../../embedded-cloud/transcripts/run-section";
import { stage } from "./stage";

const here = { ...stage, clone: process.cwd() };
const section = (command: string, more: Partial<Section> = {}): Section => ({
  title: "It",
  prose: "",
  command,
  ...more,
});

test.each<[string, Section, string]>([
  ["both streams come in their order", section("echo one; echo two >&2; echo three"), "one\ntwo\nthree\n"],
  ["a here-document and a pipe", section("cat <<'END' | tr a b\nabc\nEND"), "bbc\n"],
  ["a here-document over several lines", section("cat \\\n  <<'END'\n$x\nEND"), "$x\n"],
  ["standard input", section("tr a b", { stdin: { from: "echo a", text: () => "aha\n" } }), "bhb\n"],
  ["without one it is empty", section("cat"), ""],
  [
    "the stage's variables and the section's own",
    section('echo "$GREETING $NAME"', { environment: { NAME: "you" } }),
    "hello you\n",
  ],
  [
    "the page's ports are the stage's",
    section("echo https://127.0.0.1:24005 --port 8401"),
    "https://127.0.0.1:31005 --port 45123\n",
  ],
  [
    "a terminal, where one is asked for, without its colours",
    section("test -t 1 && stty size; printf '\\033[1mbold\\033[0m\\n' >&2; exit 4", { terminal: true, exitCode: 4 }),
    "50 100\nbold\n",
  ],
  ["the exit code that was expected", section("echo no; exit 3", { exitCode: 3 }), "no\n"],
])("%s", async (_, { ...given }, text) => {
  expect(await runSection(given, here)).toBe(text);
});

test("who does not read the input to its end is judged by the exit code", async () => {
  const stdin = { from: "yes", text: () => "y\n".repeat(1_000_000) };
  expect(await runSection(section("exec true", { stdin }), here)).toBe("");
});

const asking = `printf 'Name? ' && read -r name && echo "Hello $name"`;
const prompt = "Name? ";

test("what is typed at a prompt is made of what was printed before", async () => {
  const text = (output: string) => Promise.resolve(`you of ${output.split("\n")[0] ?? ""}`);
  const command = `echo this && ${asking}`;
  expect(await runSection(section(command, { terminal: true, typed: { prompt, text } }), here)).toBe(
    "this\nName? you of this\nHello you of this\n",
  );
});

test("where nothing can be typed, that is what is told", async () => {
  const typed = { prompt, text: () => Promise.reject(new Error("Nobody is here.")) };
  await expect(runSection(section(asking, { terminal: true, typed, exitCode: 1 }), here)).rejects.toThrow(
    "Nobody is here.",
  );
});

test("a machine without the program that gives a terminal is told what is missing", async () => {
  const bare = { ...here, env: { PATH: "/nowhere" } };
  await expect(runSection(section("true", { terminal: true }), bare)).rejects.toThrow(
    '"It" needs script, which does not start here: spawn script ENOENT',
  );
});

test("another exit code stops the page, with what was printed and what to mend", async () => {
  await expect(runSection(section("echo no; exit 3"), here)).rejects.toThrow(
    '"It" ended with exit code 3 instead of 0: echo no; exit 3\nno\nMend the command, or its section in embedded-cloud/transcripts/chapters.',
  );
});

test("what was made so is taken back, last first, after a failure too", async () => {
  const log: string[] = [];
  const condition = (name: string) => () => {
    log.push(`${name} holds`);
    return Promise.resolve(() => Promise.resolve(void log.push(`${name} is over`)));
  };
  const given = [condition("one"), condition("two")];
  await expect(runSection(section("exit 1", { given }), here)).rejects.toThrow("exit code 1");
  expect(log).toEqual(["one holds", "two holds", "two is over", "one is over"]);
});
