/** Where texts go: data to stdout, everything else to stderr. The one place that prints failures. */
import { once } from "node:events";
import { documentOf } from "../errors/document";
import { partsOf } from "../errors/failure";
import { textOf } from "../errors/text";
import { annotationOf, runnerOf, withoutCommands } from "../errors/workflow";

/** Whether a command line asks for JSON: one document (--json), or one a line as each is known (--json-lines). */
export const wantsJson = (argv: readonly string[]): boolean => argv.includes("--json") || argv.includes("--json-lines");

/** One value on stdout: the text alone, or the object as JSON. */
export function printData(text: string, json: object | undefined): void {
  if (json === undefined) writeLine(process.stdout, text);
  else process.stdout.write(jsonLine(json));
}

/** One document of many. @returns once whoever reads has room for the next: what is slowly read does not pile up here */
export async function printJsonLine(json: object): Promise<void> {
  if (!process.stdout.write(jsonLine(json))) await once(process.stdout, "drain");
}

/** As JSON has it in which no runner of a workflow sees a command of its own. */
const jsonLine = (json: object): string =>
  `${JSON.stringify(json).replace(/##(?=(?:vso)?\[)/giu, String.raw`#\u0023`)}\n`;

export function printNote(text: string): void {
  writeLine(process.stderr, text);
}

/** With JSON, stdout stays valid JSON on every failure. */
export function printFailure(error: unknown, exitCode: number, json: boolean): void {
  if (!json) {
    printProblem(error);
    return;
  }
  printData("", { error: { ...documentOf(error), exitCode } });
  annotate(error);
}

/** A failure on stderr, beside what a command has for stdout. */
export function printProblem(error: unknown): void {
  printNote(`error: ${textOf(partsOf(error))}`);
  annotate(error);
}

/** In a workflow it is seen without reading the log. */
function annotate(error: unknown): void {
  const runner = runnerOf();
  if (runner !== undefined) process.stderr.write(`${annotationOf(error, runner)}\n`);
}

function writeLine(stream: NodeJS.WriteStream, text: string): void {
  stream.write(`${runnerOf() === undefined ? text : withoutCommands(text)}\n`);
}
