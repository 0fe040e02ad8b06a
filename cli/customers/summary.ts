/** The result of a run over many customers. */
import { again, run } from "../../lib/errors/failure";
import { documentOf } from "../../lib/errors/document";
import { durationOf, InterruptedError } from "../../lib/startup/waiting";
import { type ExitCode, exitCodes, ExitWith, worstOf } from "../terminal/exit-code";
import { exitCodeOf } from "../terminal/failure";
import { printData, printProblem } from "../terminal/output";
import { lineOf, type Reported } from "../report/finding";
import { nothingTold, printTold, type Told, toldDocument } from "../report/reporter";
import type { Failures } from "./failures";
import { customerDocument } from "./report";
import type { Ran } from "./run";
import { customersOf } from "./table";

export interface Summary {
  applicationId: string;
  ran: Ran;
  failures: Failures;
  /** How many customers an earlier run had done. */
  before: number;
  /** Undefined for an action without a journal. */
  journal: string | undefined;
  /** Attempts at Partner Center, and those that it refused because of the rate; undefined if no customers were requested from it. */
  requests: { sent: number; refused: number } | undefined;
  /** What differs, or will, although it works now. */
  findings?: readonly Reported[] | undefined;
  /** Of a run that reports. */
  told?: Told | undefined;
}

/** Order of the outcomes, with the changes first. */
const order = ["consented", "replaced", "already", "revoked", "absent", "ok", "wider", "ending"];

const outcomesOf = ({ outcomes }: Ran): [string, number][] =>
  [...outcomes].sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));

const count = (number: number): string => number.toLocaleString("en-US");

/** Prints it. @throws ExitWith unless every customer is done */
export function tell(summary: Summary, json: boolean): void {
  const { ran, failures } = summary;
  const ended = endOf(summary);
  const codes: ExitCode[] = failures.reasons.map(({ exitCode }) => exitCode);
  const told = summary.told ?? nothingTold;
  // A report that reached nobody is a failure; what was found comes first.
  const exitCode =
    ended === undefined ? worstOf([...codes, ...told.errors.map(() => exitCodes.failed)]) : exitCodeOf(ended.error);
  const all = Object.fromEntries(outcomesOf(ran));
  const document = {
    applicationId: summary.applicationId,
    outcomes: all,
    before: summary.before,
    failed: failures.count,
    left: ran.left,
    reasons: failures.reasons,
    failures: failures.count === 0 ? null : (failures.path ?? null),
    journal: summary.journal ?? null,
    seconds: Math.round(ran.milliseconds / 100) / 10,
    requests: summary.requests ?? null,
    findings: summary.findings?.map(customerDocument),
    ...toldDocument(told),
    exitCode,
    ...(ended === undefined ? {} : { error: { ...documentOf(ended.error), exitCode } }),
  };
  printData(linesOf(summary).join("\n"), json ? document : undefined);
  if (!json) {
    printTold(told);
    if (ended !== undefined) printProblem(ended.error);
  }
  if (exitCode !== exitCodes.fine) throw new ExitWith(exitCode);
}

/** Of findings that fail nothing; JSON and an issue have all. */
const shown = 20;

function linesOf({ applicationId, ran, failures, before, findings = [] }: Summary): string[] {
  const parts = [
    ...outcomesOf(ran).map(([outcome, number]) => `${count(number)} ${outcome}`),
    ...(before === 0 ? [] : [`${count(before)} done before`]),
    ...(failures.count === 0 ? [] : [`${count(failures.count)} failed`]),
    ...(ran.left === 0 ? [] : [`${count(ran.left)} not begun`]),
  ];
  const about = `Application ${applicationId}: ${parts.length === 0 ? "no customer" : parts.join(", ")}.`;
  const differing = [
    ...findings.slice(0, shown).map((one) => `  ${lineOf(one)}`),
    ...(findings.length > shown ? [`  … and ${count(findings.length - shown)} more`] : []),
  ];
  if (failures.count === 0) return [about, ...differing, ...timeOf(ran)];
  const reasons = failures.reasons.map(({ reason, count: number }) => `  ${count(number)}  ${reason}`);
  const file = failures.path === undefined ? [] : [`Each failure and its fix: ${failures.path}`];
  return [about, ...reasons, ...file, ...differing, ...timeOf(ran)];
}

/** A shorter duration is not printed. */
const shownFrom = 60_000;

const timeOf = ({ milliseconds }: Ran): string[] =>
  milliseconds < shownFrom ? [] : [`It took ${durationOf(milliseconds)}.`];

/** Why it ended early. */
function endOf({ ran }: Summary): { error: unknown } | undefined {
  if (ran.failure !== undefined) return { error: ran.failure };
  if (!ran.isInterrupted || ran.left === 0) return undefined;
  const what = `Interrupted; ${customersOf(ran.left)} ${ran.left === 1 ? "was" : "were"} not begun, and what was begun is done.`;
  return { error: new InterruptedError(what, run("Go on", again())) };
}
