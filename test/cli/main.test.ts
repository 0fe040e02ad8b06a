import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands } from "../../cli/commands";
import type { Definition } from "../../cli/options/define";
import { asByShell, builtCommand, finished, main } from "./support/built-command";
import { commandHere } from "./support/command-here";
import { failureIn } from "./support/failure-document";

const manifest = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
const { version } = JSON.parse(manifest) as { version: string };

const guid = "11111111-2222-4333-8444-555555555555";
const vault = ["--vault", "https://contoso.vault.azure.net"];
const identity = ["--tenant", "partner.example", "--client-id", guid, "--credential", "s"];

describe("help", () => {
  const namesOf = ({ name, subcommands = [] }: Definition): string[][] => {
    const [own = ""] = name.split(" ", 1);
    return [[own], ...subcommands.flatMap(namesOf).map((below) => [own, ...below])];
  };

  test.each(commands.flatMap(namesOf).map((names) => [names]))("of %j is data, with an example", async (names) => {
    const { code, stdout, stderr } = await commandHere([...names, "--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^Usage: secure-app-model ${names.join(" ")} `, "u"));
    expect(stdout).toMatch(new RegExp(`\\nExamples?:\\n  secure-app-model ${String(names[0])} `, "u"));
  });

  test("of the program is data: every command, with what it is for", async () => {
    const { code, stdout, stderr } = await builtCommand(["--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    const told = stdout.replaceAll(/\s+/gu, " ");
    expect(
      commands.filter(({ name, about }) => !told.includes(` ${name.split(" ", 1)[0] ?? ""} `) || !told.includes(about)),
    ).toEqual([]);
  });

  test("JSON on a pipe has ASCII letters alone, which every shell reads alike", async () => {
    const { stdout } = await builtCommand(["token", "graph", ...vault, "--cloud", "Köln 🌧", "--json"]);
    expect(stdout).toMatch(/^[ -~]+\n$/u);
    expect(failureIn(stdout).what).toContain("Köln 🌧");
  });

  test.each(["--version", "-V"])("%s is that of the package", async (option) => {
    expect(await builtCommand([option])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("without a command it is no data: on stderr, exit code 2", async () => {
    const { code, stdout, stderr } = await builtCommand([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: secure-app-model /u);
  });
});

/** For people the one fix is a line of its own. */
const lines = (message: string) => message.replace(/ (?=(?:Add|Use|Leave|Options) )/u, "\n  ");

/** Failures that are found before any request. */
const withDefaults = ["secure-app-model", "consent", "--cloud", "AzureCloud", ...vault, ...identity].join(" ");
const failures: [string, string[], string][] = [
  [
    "no cloud and no vault",
    ["token", "graph"],
    "Cloud or vault is missing. Add --cloud AzureCloud (pulumi stack output cloud) and --vault https://<vault name>.vault.azure.net/ (pulumi stack output vaultUri).",
  ],
  [
    "an unknown resource",
    ["token", "mail", "--cloud", "AzureCloud", ...vault],
    'There is no resource "mail". Use partner-center, arm, graph, aad-graph, a resource\'s client id, or its URI such as https://graph.microsoft.com.',
  ],
  [
    "a port out of range",
    ["consent", "--cloud", "AzureCloud", ...vault, ...identity, "--port", "80"],
    `--port 80 is not a whole number from 1024 to 65535. Leave it out, for the default: ${withDefaults}`,
  ],
];

test.each(failures)("%s: exit code 2, the message on stderr, and as JSON on stdout alone", async (_, argv, message) => {
  const [plain, json] = await Promise.all([builtCommand(argv), builtCommand([...argv, "--json"])]);
  expect(plain).toEqual({ code: 2, stdout: "", stderr: `error: ${lines(message)}\n` });
  expect([json.code, json.stderr]).toEqual([2, ""]);
  // What is run again is the same command, with --json.
  const said = message.replace(withDefaults, `${withDefaults} --json`);
  expect(failureIn(json.stdout)).toMatchObject({ code: "usage", message: said, exitCode: 2 });
});

// Runs the fix "cli/options/define.ts: Go to a folder that exists".
test("in a folder that is gone: exit code 2, which one, and the way out as printed", async () => {
  const gone = mkdtempSync(join(tmpdir(), "gone-"));
  const inGone = async (line: string) => {
    const script = `cd "$0" && rmdir "$0"; secure-app-model() { "${process.execPath}" "${main}" "$@"; }; ${line}`;
    return await finished(spawn("bash", ["--norc", "-c", script, gone], { env: asByShell({}), stdio: "pipe" }));
  };
  const { code, stdout, stderr } = await inGone(
    "secure-app-model token mail --cloud AzureCloud --vault https://a.vault.azure.net --json",
  );
  expect([code, stderr]).toEqual([2, ""]);
  const { what, why, fixes } = failureIn(stdout);
  expect([what, why]).toEqual([
    `The current folder is gone: ${gone}`,
    "It was removed, and perhaps made anew, while this shell was in it.",
  ]);
  const lines = fixes.flatMap(({ commands }) => commands.map(({ line }) => line));
  expect(lines).toHaveLength(2);
  mkdirSync(gone);
  expect((await inGone(lines.join("\n").replace("<folder>", tmpdir()))).stdout).toContain("There is no resource");
});

/** Failures of the command line's parser, with its own texts. */
const misuses: [string, string[], string, string][] = [
  [
    "an unknown option",
    ["token", "graph", "--cloud", "AzureCloud", "--clout", "x"],
    "unknown option '--clout'\n(Did you mean --cloud?)",
    "token --help",
  ],
  ["an unknown command", ["tokens"], "unknown command 'tokens'\n(Did you mean token?)", "--help"],
  ["help of an unknown command", ["help", "tokens"], "unknown command 'tokens'\n(Did you mean token?)", "--help"],
  ["a missing argument", ["token"], "missing required argument 'resource'.", "token --help"],
  ["a missing option", ["ci", "set-up"], "required option '--stack <name>' not specified.", "ci set-up --help"],
];

test.each(misuses)("%s: exit code 2, and JSON where that was asked for", async (_, argv, message, help) => {
  const [plain, json] = await Promise.all([builtCommand(argv), builtCommand([...argv, "--json"])]);
  const whole = `${message} Options and an example: secure-app-model ${help}`;
  expect(plain).toEqual({ code: 2, stdout: "", stderr: `error: ${lines(whole)}\n` });
  expect([json.code, json.stderr]).toEqual([2, ""]);
  expect(failureIn(json.stdout)).toMatchObject({ code: "usage", what: message, message: whole, exitCode: 2 });
});

test("an option that stands where a value is to be is not taken for it", async () => {
  const { code, stdout, stderr } = await builtCommand(["drift", "--stack", "--json"]);
  expect([code, stderr]).toEqual([2, ""]);
  expect(failureIn(stdout)).toMatchObject({
    code: "usage",
    what: "The option --stack has no value: --json follows it.",
    message: expect.stringContaining("Give it a value: secure-app-model drift --json --stack '<name>'") as string,
  });
  expect((await builtCommand(["up", "--stack", "--yes"])).code).toBe(2);
});
