/** The one way out of a command's result: text for people or a document for scripts, and the exit code. */
import { documentOf } from "../../lib/errors/document";
import { type ExitCode, exitCodes, ExitWith } from "./exit-code";
import { exitCodeOf } from "./failure";
import { printData, printNote, printProblem } from "./output";

export interface Form {
  json?: boolean;
  jsonLines?: boolean;
}

export interface Result {
  /** Undefined: there is none, or each row was printed as it arrived. */
  text?: (() => string) | undefined;
  /** Printed with --json, and as the last line of --json-lines. Undefined: it has none. */
  document?: object | undefined;
  /** Printed after the text: the document has them too. */
  notes?: readonly string[];
  errors?: readonly unknown[];
  /** Ends the command, and is added to the document. */
  failure?: unknown;
  /** Default: the failure's. */
  exitCode?: ExitCode;
  /** Default: on standard output. */
  print?: typeof printData | undefined;
}

/** @throws ExitWith for every exit code but 0 */
export function printResult({ json, jsonLines }: Form, result: Result): void {
  const { text, document, notes = [], errors = [], failure, print = printData } = result;
  const { exitCode = failure === undefined ? exitCodes.fine : exitCodeOf(failure) } = result;
  const error = failure === undefined ? undefined : { ...documentOf(failure), exitCode };
  if (json === true || jsonLines === true) {
    if (document !== undefined) print("", error === undefined ? document : { ...document, error });
  } else {
    if (text !== undefined) print(text(), undefined);
    notes.forEach(printNote);
    [...errors, ...(failure === undefined ? [] : [failure])].forEach(printProblem);
  }
  if (exitCode !== exitCodes.fine) throw new ExitWith(exitCode);
}
