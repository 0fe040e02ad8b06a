/** A failure as a text for a terminal, the engine and a log, with commands ready to paste. */
import { distance } from "fastest-levenshtein";
import { type Command, type Fix, type Parts, type Problem, ownCommand, sameCommand, sentence } from "./failure";
import { harmless, harmlessLine } from "./harmless";
import { type Invocation, invocation, isPowerShell, type Shell } from "./invocation";
import { withoutSecrets } from "./secrets";

/** A failure for people: what and why, then a line for each fix. */
export function textOf({ fixes = [], problems = [], ...parts }: Parts, how: Invocation = invocation()): string {
  const said = saidIn(parts);
  const lines = fixLines(fixes, how).map((line) => (said === "" ? line : `  ${line}`));
  const text = [...(said === "" ? [] : [said]), ...lines].join("\n");
  return [text, ...problems.map((problem) => blockOf(problem, how))].join("\n\n");
}

/** A failure on one line, for an error's message, a table or a post. */
export function messageOf({ fixes = [], problems = [], ...parts }: Parts, how: Invocation = invocation()): string {
  const helps = helping(fixes, how).reduce((before, fix) => {
    if (before === "") return fixText(fix, how);
    // Only the next fix, after a semicolon, may follow a command.
    return `${before}${/[.:!?]$/u.test(before) ? "" : "; or:"} ${fixText(fix, how)}`;
  }, "");
  const text = [saidIn(parts), helps].filter(Boolean).join(" ");
  return [text, ...problems.map((problem) => blockOf(problem, how))].join("\n\n");
}

/** The three names that are most like a mistyped one. */
export function nearest(named: string, names: readonly string[]): string {
  const far = (name: string) => distance(named.toLowerCase(), name.toLowerCase());
  const sorted = [...new Set(names)].sort((one, other) => far(one) - far(other) || (one < other ? -1 : 1));
  return sorted.slice(0, 3).join(", ");
}

/** The known word that is most like a mistyped one; undefined if none is like it. */
export function meant(word: string, known: readonly string[]): string | undefined {
  const far = (one: string): number => distance(one.toLowerCase(), word.toLowerCase());
  return known.filter((one) => far(one) <= 2).sort((one, other) => far(one) - far(other))[0];
}

/** Characters before the fixes: nobody reads more. */
export const mostSaid = 300;

/**
 * The first sentences of a service's text that fit after the texts before it, or the beginning of the first; else "".
 * Secrets are removed before the text is cut, because half a secret is not recognized.
 */
export function fitting(given: string, ...said: readonly string[]): string {
  const words = withoutSecrets(given);
  const room = Math.max(0, mostSaid - said.reduce((sum, { length }) => sum + length + 1, 0));
  if (words.length <= room) return words;
  const [whole] = /^.*[.!?](?= [A-Z])/su.exec(words.slice(0, room + 2)) ?? [];
  return whole ?? (room < 60 ? "" : `${words.slice(0, room - 2).trimEnd()} …`);
}

const saidIn = ({ what, why = "" }: Parts): string => [what, why].map(harmless).filter(Boolean).join(" ");

/** One of several problems: a line for each fact, and only the commands of its fixes. */
function blockOf({ where, why, fixes }: Problem, how: Invocation): string {
  const said = typeof why === "string" ? [why] : [`found:   ${why.found}`, `allowed: ${why.allowed}`];
  const lines = helping(fixes, how).map(({ text, commands = [] }, index) => {
    const line = commands.map((command) => commandLine(command, how)).join(", then ");
    return `${index === 0 ? "fix:    " : "or:     "} ${line === "" ? harmlessLine(text) : line}`;
  });
  return [`  ${harmlessLine(where)}`, ...[...said.map(harmlessLine), ...lines].map((line) => `    ${line}`)].join("\n");
}

export const fullStop = (words: string): string => (/[.!?]\)?$/u.test(words) ? words : `${words}.`);

/** The fixes in their order, a line for each: numbered if there are several. */
export const fixLines = (fixes: readonly Fix[], how: Invocation = invocation()): string[] =>
  helping(fixes, how)
    .map((fix) => fixText(fix, how))
    .map((text, index, { length }) => (length === 1 ? text : `${index + 1}. ${text}`));

/** A fix whose command is not the same when it is printed, because a word has a line break or a secret, is a sentence. */
export const helping = (fixes: readonly Fix[], how: Invocation = invocation()): readonly Fix[] =>
  fixes
    .filter(({ helps }) => how.about === undefined || helps === undefined || helps === how.about)
    .map((fix) => ((fix.commands ?? []).every((one) => isPrintable(one, how)) ? fix : sentence(fullStop(fix.text))));

function isPrintable(command: Command, how: Invocation): boolean {
  const { args, into } = asCalled(command, how);
  return [...args, ...(into?.args ?? [])].every((arg) => harmlessLine(arg) === arg);
}

export function fixText({ text, commands = [] }: Fix, how: Invocation = invocation()): string {
  if (commands.length === 0) return harmless(text);
  const lines = commands.map((command) => commandLine(command, how));
  // Only adjacent lines are merged: a deployment may come before and after a setting.
  return `${harmless(text)}: ${lines.filter((line, index) => line !== lines[index - 1]).join(", then ")}`;
}

export function commandLine(command: Command, here: Invocation = invocation()): string {
  const how: Invocation = command.elsewhere === true ? { ...here, own: "secure-app-model" } : here;
  const { program, args, into } = asCalled(command, how);
  if (into !== undefined) return [{ program, args }, into].map((one) => wordsOf(one, how)).join(" | ");
  return wordsOf({ program, args }, how);
}

function wordsOf({ program, args }: Command, how: Invocation): string {
  const [first = ""] = args;
  if (program === "export") return settingVariable(harmlessLine(first), how.shell);
  if (program === "unset")
    return args.map((name) => withoutVariable(name, how.shell)).join(how.shell === "cmd" ? " & " : "; ");
  const called = program === "secure-app-model" ? how.own : program;
  // On Windows az is a script of cmd.exe, to which PowerShell gives quotes only like this.
  const given = (arg: string) =>
    program === "az" && how.shell === "powershell" ? arg.replaceAll(/(\\*)"/gu, String.raw`$1$1\"`) : arg;
  return [called, ...args.map((arg) => word(given(harmlessLine(arg)), how.shell))].join(" ");
}

/** The command as its user calls it, with all options that it needs. */
export function asCalled({ into, ...command }: Command, how: Invocation = invocation()): Command {
  const { program, args } = how.complete?.(command, how.found ?? {}) ?? command;
  return {
    ...(program === sameCommand ? ownCommand("<command>", ...args) : { program, args }),
    ...(into && { into: asCalled(into, how) }),
  };
}

function withoutVariable(name: string, shell: Shell): string {
  if (shell === "cmd") return `set "${name}="`;
  // Remove-Item is an error for a variable that is not set.
  if (isPowerShell(shell)) return `$env:${name} = $null`;
  return shell === "fish" ? `set -e ${name}` : `unset ${name}`;
}

function settingVariable(assignment: string, shell: Shell): string {
  const [name = "", ...rest] = assignment.split("=");
  if (shell === "cmd") return `set "${assignment}"`;
  if (isPowerShell(shell)) return `$env:${name} = ${inPowerShell(rest.join("="))}`;
  if (shell === "fish") return `set -gx ${name} ${word(rest.join("="), shell)}`;
  return `export ${word(assignment, shell)}`;
}

/** Text that needs no quotes. Placeholders need them: `<` and `>` would read and write files. */
const plain = /^[\w@%+=:,./-]+$/u;
/** Text without quotes in PowerShell: a comma splits a word, @ and % are special, a dot or colon ends an option. */
const plainInPowerShell = /^(?!--$|-.*[.:])[\w+=:./-]+$/u;

/** A single-quoted literal: only quotes are doubled, including the typographic ones. */
export const inPowerShell = (text: string): string => `'${text.replace(/['\u2018-\u201b]/gu, "$&$&")}'`;

function word(text: string, shell: Shell): string {
  if ((isPowerShell(shell) ? plainInPowerShell : plain).test(text)) return text;
  if (isPowerShell(shell)) return inPowerShell(text);
  if (shell === "cmd") return `"${text.replaceAll('"', '""')}"`;
  // Only in fish a backslash is special between single quotes.
  const literal = shell === "fish" ? text.replaceAll("\\", "\\\\") : text;
  return `'${literal.replaceAll("'", `'\\''`)}'`;
}
