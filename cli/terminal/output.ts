/** Prints texts: data to stdout, everything else to stderr. Only this file prints failures. */
import { documentOf } from "../../lib/errors/document";
import { partsOf } from "../../lib/errors/failure";
import { escapedControls, forTerminal } from "../../lib/errors/harmless";
import { withoutSecrets } from "../../lib/errors/secrets";
import { textOf } from "../../lib/errors/text";
import { ownWords } from "../options/run-options";

/** Whether a command line requests JSON: one document (--json), or one document a line (--json-lines). */
export const wantsJson = (argv: readonly string[]): boolean =>
  ownWords(argv).some((word) => word === "--json" || word === "--json-lines");

/** One value on stdout: only the text, or the object as JSON. */
export function printData(text: string, json: object | undefined): void {
  if (json === undefined) writeLine(process.stdout, withoutSecrets(forTerminal(text)));
  else process.stdout.write(jsonLine(json));
}

/** Like printData(), for a command whose purpose is to print a secret. */
export function printSecret(text: string, json: object | undefined): void {
  writeLine(process.stdout, json === undefined ? text : inJson(json));
}

/** @returns when it is written or failed: with a slow reader, output does not pile up in memory */
export async function printJsonLine(json: object): Promise<void> {
  await new Promise((resolve) => process.stdout.write(jsonLine(json), resolve));
}

const jsonLine = (json: object): string =>
  `${inJson(json, (_, value) => (typeof value === "string" ? withoutSecrets(value) : value))}\n`;

/** JSON in which the runner of a workflow finds no command. */
const inJson = (json: object, replacer?: (key: string, value: unknown) => unknown): string =>
  inAscii(escapedControls(JSON.stringify(json, replacer))).replace(/##(?=(?:vso)?\[)/giu, String.raw`#\u0023`);

/** Windows PowerShell reads a pipe in a code page of its own; a person reads letters. */
const inAscii = (text: string): string =>
  process.stdout.isTTY
    ? text
    : text.replaceAll(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

export function printNote(text: string): void {
  writeLine(process.stderr, withoutSecrets(forTerminal(text)));
}

/** With JSON, stdout stays valid JSON on every failure. */
export function printFailure(error: unknown, exitCode: number, json: boolean): void {
  if (!json) {
    printProblem(error);
    return;
  }
  process.stdout.write(jsonLine({ error: { ...documentOf(error), exitCode } }), (lost) => {
    if (lost) printWords(error);
  });
  annotate(error);
}

/** A failure on stderr, because stdout is for the command's data. */
export function printProblem(error: unknown): void {
  printWords(error);
  annotate(error);
}

const printWords = (error: unknown): void => {
  printNote(`error: ${textOf(partsOf(error))}`);
};

/** In a workflow the annotation is visible without reading the log. */
function annotate(error: unknown): void {
  const runner = runnerOf();
  if (runner !== undefined) process.stderr.write(`${annotationOf(error, runner)}\n`);
}

function writeLine(stream: NodeJS.WriteStream, text: string): void {
  stream.write(`${forRunner(text)}\n`);
}

/** Text in which the runner of a workflow finds no command. */
export const forRunner = (text: string): string => (runnerOf() === undefined ? text : withoutCommands(text));

type Runner = "github" | "azure-pipelines";

/** The runner of a workflow: its log executes some lines as commands. */
function runnerOf({ GITHUB_ACTIONS, TF_BUILD }: NodeJS.ProcessEnv = process.env): Runner | undefined {
  if (GITHUB_ACTIONS === "true") return "github";
  return TF_BUILD === "True" ? "azure-pipelines" : undefined;
}

/**
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 * @see https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
 */
export function annotationOf(error: unknown, runner: Runner): string {
  const percent = runner === "github" ? "%25" : "%AZP25";
  const text = textOf(partsOf(error)).replaceAll("%", percent).replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const command = runner === "github" ? "::error title=secure-app-model::" : "##vso[task.logissue type=error]";
  return command + withoutCommandsInside(text);
}

/** Breaks what a runner executes: "::" at the start of a line, as .NET ends and trims it, "##[" and "##vso[" anywhere. */
export const withoutCommands = (text: string): string =>
  withoutCommandsInside(text.replace(/^((?:[^\S\r\n]|\u0085)*):(?=:)/gmu, "$1: "));

const withoutCommandsInside = (text: string): string => text.replace(/##(?=(?:vso)?\[)/giu, "# #");
