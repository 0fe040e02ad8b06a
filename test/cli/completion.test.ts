import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Argument, Command, Option } from "commander";
import { scripts } from "../../cli/completion/completion";
import { completedCommands, shells } from "../../cli/completion/words";
import { suggesting } from "../../cli/options/define";
import { builtCommand } from "./support/built-command";
import { failureIn } from "./support/failure-document";
import { isPowerShell } from "./support/powershell-grammar";

const folder = mkdtempSync(join(tmpdir(), "completion-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A shell's standard output; a failure of the shell fails the test. */
function run(shell: string, words: string[]): string {
  const { error, status, stdout, stderr } = spawnSync(shell, words, { encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0 || stderr !== "") throw new Error(`${shell} ended with ${String(status)}: ${stderr}`);
  return stdout;
}

function scriptFile(shell: string, script: string): string {
  const file = join(folder, `script.${shell}`);
  writeFileSync(file, script);
  return file;
}

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");

/** What each shell offers for the last of the words; zsh's own functions need its line editor, and are replaced. */
const offered: Record<"bash" | "zsh" | "fish", (file: string, words: string[]) => string> = {
  bash: (file, words) =>
    run("bash", [
      "--norc",
      "-c",
      `source ${file}; COMP_WORDS=(${quoted(words)}); COMP_CWORD=${words.length - 1}; ` +
        `$(complete -p secure-app-model | sed 's/.*-F \\([^ ]*\\).*/\\1/'); ` +
        `printf "%s\\n" "\${COMPREPLY[@]}"`,
    ]),
  zsh: (file, words) =>
    run("zsh", [
      "-fc",
      `compdef() { }; _files() { }; compadd() { shift; print -l -- $@ }; _describe() { print -l -- \${\${(P)4}%%:*} }; ` +
        `source ${file}; words=(${quoted(words)}); CURRENT=${words.length}; _secure_app_model`,
    ]),
  fish: (file, words) =>
    run("fish", ["--no-config", "-c", `source ${file}; complete -C '${words.join(" ")}'`]).replaceAll(/\t.*$/gmu, ""),
};

function wordsIn(text: string, start: string): string[] {
  return text
    .split("\n")
    .filter((word) => word !== "" && word.startsWith(start))
    .sort();
}

/** Commands in two levels, with every feature that the real ones may get. */
function example(): Command {
  const root = new Command("secure-app-model");
  const customers = root.command("customers").description("the partner's customers");
  customers.command("list").description("it's: all of them").option("--json", "print JSON");
  customers.command("revoke <customer>").option("--tenant <id>", "one");
  root
    .command("token")
    .addArgument(suggesting(new Argument("<resource>"), ["arm", "graph"]))
    .addOption(suggesting(new Option("-c, --cloud <name>", "the cloud"), ["AzureCloud", "AzureChinaCloud"]))
    .option("--endpoints <file>", "a file");
  root.command("secret", { hidden: true });
  return root;
}

/** The words up to the cursor, and what is offered there. */
const cases = [
  ["", "customers help token"],
  ["t", "token"],
  ["customers ", "help list revoke"],
  ["customers list --", "--help --json"],
  ["token ", "arm graph"],
  ["token --cloud ", "AzureChinaCloud AzureCloud"],
  ["token arm -c AzureCl", "AzureCloud"],
  // A value that equals a command's name is not a command.
  ["customers revoke --tenant list --t", "--tenant"],
] as const;

/** Only bash is on every machine that runs the tests. */
const isHere = (shell: string): boolean => shell === "bash" || spawnSync(shell, ["--version"]).error === undefined;

test.each(shells)("the script of %s names every command, option and value", (shell) => {
  const text = scripts[shell]("secure-app-model", completedCommands(example()));
  const flags =
    shell === "fish" ? ["-l json", "-s c -l cloud", "-l endpoints"] : ["--json", "--cloud", "-c", "--endpoints"];
  const words = ["customers", "list", "revoke", "token", "arm", "graph", "AzureCloud", "AzureChinaCloud", ...flags];
  expect(words.filter((word) => !text.includes(word))).toEqual([]);
  expect(text).not.toContain("secret");
});

test("PowerShell reads the script, by its grammar; it does not run here", async () => {
  const script = scripts.powershell("secure-app-model", completedCommands(example()));
  expect(await isPowerShell(script)).toBe(true);
  expect(script).toContain("'customers list' = [ordered]@{  }");
  expect(script).toContain("'token' = [ordered]@{ 'arm' = 'arm'; 'graph' = 'graph' }");
  expect(script).toContain("'customers' = [ordered]@{ 'list' = 'it''s: all of them'; 'revoke' = 'revoke'; ");
  expect(script).toContain(
    "'token/--cloud' = [ordered]@{ 'AzureCloud' = 'AzureCloud'; 'AzureChinaCloud' = 'AzureChinaCloud' }",
  );
  expect(script).toContain("'token/-c' = ");
  expect(script).toContain("'token/--endpoints' = [ordered]@{  }");
  const { stdout } = await builtCommand(["completion", "powershell"]);
  expect(await isPowerShell(stdout)).toBe(true);
});

for (const shell of shells) {
  // No machine of the tests has it.
  if (shell === "powershell") continue;
  if (!isHere(shell)) {
    test(`${shell} is not on this machine: ci.yml installs it, and its tests run there`, () => {
      const workflow = readFileSync(join(__dirname, "..", "..", ".github", "workflows", "ci.yml"), "utf8");
      expect(workflow).toMatch(new RegExp(`apt-get install --yes .*\\b${shell}\\b`, "u"));
    });
    continue;
  }

  describe(shell, () => {
    test.each(cases)("%j is completed with %j", (line, offers) => {
      const file = scriptFile(shell, scripts[shell]("secure-app-model", completedCommands(example())));
      const words = line.split(" ");
      expect(wordsIn(offered[shell](file, ["secure-app-model", ...words]), words.at(-1) ?? "").join(" ")).toBe(offers);
    });

    test("the built command prints a script that the shell takes, of all its commands", async () => {
      const { code, stdout, stderr } = await builtCommand(["completion", shell]);
      expect([code, stderr]).toEqual([0, ""]);
      const help = await builtCommand(["--help"]);
      const [, list = ""] = help.stdout.split("\nCommands:\n");
      const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gmu)].map(([, name]) => name ?? "").sort();
      expect(names).toEqual(expect.arrayContaining(["completion", "consent", "doctor", "explain", "token"]));
      expect(wordsIn(offered[shell](scriptFile(shell, stdout), ["secure-app-model", ""]), "")).toEqual(names);
    });
  });
}

test.each(["token --cloud =", "token --cloud = Azure"])("bash completes what readline has taken apart: %s", (line) => {
  const file = scriptFile("bash", scripts.bash("secure-app-model", completedCommands(example())));
  const text = offered.bash(file, ["secure-app-model", ...line.split(" ")]);
  expect(wordsIn(text, "")).toEqual(["AzureChinaCloud", "AzureCloud"]);
});

test("the real commands offer clouds, resources and shells", async () => {
  const { stdout } = await builtCommand(["completion", "bash"]);
  const file = scriptFile("bash", stdout);
  const offers = (...words: string[]) => wordsIn(offered.bash(file, ["secure-app-model", ...words]), "");
  expect(offers("doctor", "--cloud", "")).toEqual(["AzureChinaCloud", "AzureCloud", "AzureUSGovernment"]);
  expect(offers("token", "")).toEqual(expect.arrayContaining(["aad-graph", "arm", "graph", "partner-center"]));
  expect(offers("completion", "")).toEqual(["bash", "fish", "powershell", "zsh"]);
});

test("as JSON the script is a text, and a failure is JSON too", async () => {
  const { stdout: script } = await builtCommand(["completion", "zsh"]);
  const { code, stdout } = await builtCommand(["completion", "zsh", "--json"]);
  expect([code, JSON.parse(stdout)]).toEqual([0, { shell: "zsh", script }]);
  const failure = await builtCommand(["completion", "tcsh", "--json"]);
  const message = 'There is no completion for "tcsh". Shells: bash, zsh, fish, powershell.';
  expect([failure.code, failure.stderr]).toEqual([2, ""]);
  expect(failureIn(failure.stdout)).toMatchObject({ code: "usage", message, exitCode: 2 });
});
