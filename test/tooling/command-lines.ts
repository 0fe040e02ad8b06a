/** Command lines in documents, and whether what they use exists. */
import { Command } from "commander";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../cli/definitions/commands";
import { define } from "../../cli/definitions/define";
import { codeSpans, parts, repository } from "./markdown";

/** What stands in a document as code, one logical line each: lines that end in a continuation are joined. */
export function codeLines(markdown: string): string[] {
  const { prose, fences } = parts(markdown);
  const lines = fences.flatMap(({ text }) => text.replace(/ [\\`]\n(?:> )?/gu, " ").split("\n"));
  return [...codeSpans(prose), ...lines.flatMap((line) => (/^[[{]/u.test(line) ? textsIn(line) : [line]))];
}

/** The texts in a line of JSON, each a line of its own; a placeholder in the place of a number is no JSON. */
function textsIn(json: string): string[] {
  return (json.match(/"(?:[^"\\]|\\.)*"/gu) ?? []).map((text) => JSON.parse(text) as string);
}

/** A quoted word, a substitution, a placeholder, or what a shell takes for a plain word. */
const word = String.raw`(?:"[^"]*"|'[^']*'|\$\([^)]*\)|<[^>]*>|[^\s|;&()<>"'\x60])+`;

/** The words after each occurrence of a program in a line, up to the end of its command, which in a sentence is a comma. */
export function wordsAfter(program: string, line: string): string[][] {
  const calls = new RegExp(`(?<![\\w/.:-])${program}(?![\\w:-])((?:[ ]+${word})*)`, "gu");
  return [...line.matchAll(calls)].map(([, argv = ""]) =>
    [...argv.replace(/(?<=\S),\s.*$/u, "").matchAll(new RegExp(word, "gu"))].map(([text]) =>
      text.replace(/(?<=.)[.,:;…]+$/u, ""),
    ),
  );
}

/** All commands as their definitions declare them; cli/program.ts would run one. */
export function declaredCommands(): Command {
  const root = new Command("secure-app-model").option("--help");
  for (const one of commands) define(root, one);
  return root;
}

/** What a command line uses and does not exist; undefined when all of it does. */
export function unknownIn(root: Command, argv: readonly string[]): string | undefined {
  let command = root;
  for (const text of argv) {
    // Printed for whichever command it was.
    if (text === "<command>") return undefined;
    if (text.startsWith("-")) {
      const name = /^--?[\w-]*/u.exec(text)?.[0] ?? text;
      const known = [...command.options, ...root.options].some(({ long, short }) => name === long || name === short);
      if (!known && name !== "-h") return `option ${name} of ${command.name()}`;
    } else if (command.commands.length > 0 && /^\w/u.test(text)) {
      const next = command.commands.find((one) => one.name() === text || one.aliases().includes(text));
      if (next === undefined && text !== "help") return `command ${text}`;
      command = next ?? root;
    }
  }
  return undefined;
}

/** Where the options of an npm script are declared that takes some, behind `--`. */
const scriptOptions: Readonly<Record<string, string>> = {
  start: "embedded-cloud/demo.ts",
  emulator: "embedded-cloud/emulator/arguments.ts",
  acceptance: "acceptance/options.ts",
};

/** What an npm command line uses and does not exist. */
export function unknownInNpm(scripts: Readonly<Record<string, string>>, argv: readonly string[]): string | undefined {
  const [verb, ...rest] = argv.filter((text) => !/^(?:-s|--silent)$/u.test(text));
  if (verb === undefined || ["ci", "install", "pack"].includes(verb)) return undefined;
  const script = verb === "run" ? rest[0] : verb;
  if (script === undefined || !Object.hasOwn(scripts, script)) return `script ${script ?? verb}`;
  const handedOn = rest.slice(rest.indexOf("--") + 1).filter((text) => text.startsWith("--"));
  if (!rest.includes("--") || handedOn.length === 0) return undefined;
  const source = scriptOptions[script];
  const declared = source === undefined ? "" : readFileSync(join(repository, source), "utf8");
  const unknown = handedOn.find((option) => !new RegExp(`${option}\\b`, "u").test(declared));
  return unknown === undefined ? undefined : `option ${unknown} of npm script ${script}`;
}
