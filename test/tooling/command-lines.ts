/** Command lines in documents, and whether their commands and options exist. */
import { Command } from "commander";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../cli/commands";
import { define } from "../../cli/options/define";
import { codeSpans, parts, repository } from "./markdown";

/** The code in a document, one logical line each: continued lines are joined. */
export function codeLines(markdown: string): string[] {
  const { prose, fences } = parts(markdown);
  const lines = fences.flatMap(({ text }) => text.replace(/ [\\`]\n(?:> )?/gu, " ").split("\n"));
  return [...codeSpans(prose), ...lines.flatMap((line) => (/^[[{]/u.test(line) ? textsIn(line) : [line]))];
}

/** The texts in a line of JSON, each as a line; a placeholder in place of a number is not valid JSON. */
function textsIn(json: string): string[] {
  return (json.match(/"(?:[^"\\]|\\.)*"/gu) ?? []).map((text) => JSON.parse(text) as string);
}

/** A quoted word, a substitution, a placeholder, or a plain word of a shell. */
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

/** All commands from their definitions; cli/program.ts would run one. */
export function declaredCommands(): Command {
  const root = new Command("secure-app-model").option("--help");
  for (const one of commands) define(root, one, jest.fn());
  return root;
}

export function unknownIn(root: Command, argv: readonly string[]): string | undefined {
  let command = root;
  for (const text of argv) {
    // Printed for whichever command it was; the command that `exec` runs.
    if (text === "'<command>'" || text === "--") return undefined;
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

/** The options of npm scripts that have some, after `--`. */
const scriptOptions: Readonly<Record<string, string>> = {
  start: "tools/embedded-cloud/demo.ts",
  "dev:env": "tools/embedded-cloud/dev-env.ts",
  emulator: "tools/embedded-cloud/emulator/arguments.ts",
  acceptance: "tools/acceptance/options.ts",
  pack: "tools/build/pack.mjs",
};

export function unknownInNpm(scripts: Readonly<Record<string, string>>, argv: readonly string[]): string | undefined {
  const [verb, ...rest] = argv.filter((text) => !/^(?:-s|--silent)$/u.test(text));
  if (verb === undefined || ["access", "ci", "install", "login", "pack", "profile", "publish"].includes(verb))
    return undefined;
  const script = verb === "run" ? rest[0] : verb;
  if (script === undefined || !Object.hasOwn(scripts, script)) return `script ${script ?? verb}`;
  // What stands behind it is jest's.
  if (script === "test") return undefined;
  const handedOn = rest.slice(rest.indexOf("--") + 1).filter((text) => text.startsWith("--"));
  if (!rest.includes("--") || handedOn.length === 0) return undefined;
  const source = scriptOptions[script];
  const declared = source === undefined ? "" : readFileSync(join(repository, source), "utf8");
  const unknown = handedOn.find((option) => !new RegExp(`${option}\\b`, "u").test(declared));
  return unknown === undefined ? undefined : `option ${unknown} of npm script ${script}`;
}
