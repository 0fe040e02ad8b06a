/** Parses lines by PowerShell's grammar, because there is no PowerShell on the machines that test. */
import { readFileSync } from "node:fs";
import { Language, type Node, Parser } from "web-tree-sitter";

export interface ReadCommand {
  command: string;
  parameters: Record<string, { value: string; secure: boolean }>;
}

let loading: Promise<Parser> | undefined;

async function load(): Promise<Parser> {
  await Parser.init();
  const grammar = require.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm");
  return new Parser().setLanguage(await Language.load(readFileSync(grammar)));
}

/** PowerShell first replaces the typographic single quotes by the plain one; the grammar supports only the plain one. */
const plainQuotes = (text: string): string => text.replace(/[\u2018-\u201b]/gu, "'");

async function treeOf(text: string): Promise<Node> {
  const tree = (await (loading ??= load())).parse(plainQuotes(text));
  if (tree === null) throw new Error("The grammar gave up.");
  return tree.rootNode;
}

export async function isPowerShell(text: string): Promise<boolean> {
  return !(await treeOf(text)).hasError;
}

/** The words of a line of commands, one behind the other with "|" between. @throws Error for a word that is no literal */
export async function wordsOfLine(line: string): Promise<string[]> {
  const root = await treeOf(line);
  if (root.hasError) throw new Error(`no PowerShell: ${line}`);
  return root.descendantsOfType("command").flatMap((command, index) => [
    ...(index === 0 ? [] : ["|"]),
    ...wordsOf(command, line).map((word) => {
      if (["command_name", "command_parameter", "generic_token"].includes(word.type)) return word.text;
      const found = only(word, line);
      return found.type === "verbatim_string_characters" ? literal(found, line) : found.text;
    }),
  ]);
}

/** Programs that Windows has, or this project asks for; cmdlets have a dash. */
const programs = /^(?:az|cd|gh|git|npm|npx|pulumi|secure-app-model|\w+-\w+)$/u;

/** Why Windows PowerShell 5.1 would not run a line as bash does; undefined if it would. */
export async function problemInPowerShell(line: string): Promise<string | undefined> {
  // The grammar lacks both words. npm reads the whole line again, and gets the dashes.
  const root = await treeOf(line.replace(/(?<=^npm .*) -- /u, ' "--" ').replace(/ --[\w-]+=[^ ,"']+/gu, ' "$&"'));
  if (/ -- /u.test(line) && !line.startsWith("npm ")) return "it takes -- away from a script: put it in quotes";
  if (root.descendantsOfType("pipeline_chain_tail").length > 0) return "it has neither && nor ||";
  if (root.hasError) return "it is no PowerShell";
  if (/\\(?: |$)/u.test(line)) return "its escapes are others";
  if (/ < /u.test(line)) return "it has no <";
  if (line.includes("/dev/")) return "it has no /dev";
  if (/ (?:''|"")(?: |$)/u.test(line)) return "it gives a program no empty word";
  const strange = root.descendantsOfType("command_name").find(({ text }) => !programs.test(text));
  if (strange) return `it has no ${strange.text}`;
  const quotes = root.descendantsOfType("verbatim_string_characters").some(({ text }) => text.includes('"'));
  return quotes ? "it gives a program no double quotes" : undefined;
}

/** @throws Error when the line is not exactly one command whose values are literals without expansion */
export async function readCommand(line: string): Promise<ReadCommand> {
  const root = await treeOf(line);
  if (root.hasError) throw new Error(`no PowerShell: ${line}`);
  const [name, ...elements] = wordsOf(only(root, line), line);
  const parameters: ReadCommand["parameters"] = {};
  for (let at = 0; at < elements.length; at += 2) {
    const [parameter, value] = [elements[at], elements[at + 1]];
    if (parameter?.type !== "command_parameter" || value === undefined) throw new Error(`no parameter: ${line}`);
    parameters[parameter.text.slice(1)] = valueOf(value, line);
  }
  return { command: name?.text ?? "", parameters };
}

/** Descends while there is only one child: to the command, or to the literal. */
function only(node: Node, line: string): Node {
  const ends = ["command", "parenthesized_expression", "verbatim_string_characters", "decimal_integer_literal"];
  if (ends.includes(node.type)) return node;
  const [child, ...more] = node.namedChildren;
  if (child === undefined || more.length > 0) throw new Error(`not one command with literals (${node.type}): ${line}`);
  return only(child, line);
}

function wordsOf(command: Node, line: string): Node[] {
  if (command.type !== "command") throw new Error(`no command (${command.type}): ${line}`);
  const words = command.namedChildren.flatMap((child) =>
    child.type === "command_elements" ? child.namedChildren : [child],
  );
  return words.filter(({ type }) => type !== "command_argument_sep");
}

const secureString = ["ConvertTo-SecureString", "-AsPlainText", "-Force", "-String"];

function valueOf(element: Node, line: string): { value: string; secure: boolean } {
  const found = only(element, line);
  if (found.type === "verbatim_string_characters") return { value: literal(found, line), secure: false };
  const [inner] = found.namedChildren;
  const words = inner ? wordsOf(only(inner, line), line) : [];
  const [value, ...more] = words.slice(secureString.length);
  const call = words.slice(0, secureString.length).map(({ text }) => text);
  if (call.join(" ") !== secureString.join(" ") || value === undefined || more.length > 0)
    throw new Error(`an expression that is no secure string: ${line}`);
  return { value: literal(only(value, line), line), secure: true };
}

/** Of two consecutive quotes the second one is the value's; it is read from the original line, because the grammar only got plain ones. */
function literal({ type, startIndex, endIndex }: Node, line: string): string {
  if (type !== "verbatim_string_characters") throw new Error(`no literal (${type}): ${line}`);
  return line.slice(startIndex + 1, endIndex - 1).replace(/['\u2018-\u201b](['\u2018-\u201b])/gu, "$1");
}
