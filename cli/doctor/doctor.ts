/** `doctor`: checks every precondition and prints a fix for each one that is not met. */
import { checksFor } from "./all-checks";
import { azureCliFor } from "./azure-cli";
import { type Examined, examine } from "./examine";
import { type DoctorOptions, Facts } from "./facts";
import { exitCodeOfResults, jsonOf, Report, summaryOf } from "./report";
import { printData, printNote } from "../terminal/output";
import { printResult, type Result } from "../terminal/result";

export async function doctor(options: DoctorOptions): Promise<void> {
  printResult(options, await examined(options));
}

/** Without --json the text of each check is printed as it comes. */
export async function examined(
  options: DoctorOptions,
): Promise<Required<Pick<Result, "notes" | "exitCode">> & { document: ReturnType<typeof jsonOf>[] }> {
  const report = new Report(options.json ? () => undefined : printData);
  const first = new Facts(options);
  const again = [first];
  const results: Examined[] = [];
  for await (const result of examine(await checksFor(first), () => again.pop() ?? new Facts(options), options.fix)) {
    if (result.changed) printNote(result.changed);
    report.add(result);
    results.push(result);
  }
  const older = await azureCliFor(results, first.environment);
  if (older !== undefined) {
    report.add(older);
    results.push(older);
  }
  report.flush();
  const notes = [`\n${summaryOf(results)}`];
  return { document: results.map(jsonOf), notes, exitCode: exitCodeOfResults(results) };
}
