/** The result of a run over many customers. */
import { again, run } from "../../lib/errors/failure";
import { durationOf, InterruptedError } from "../../lib/startup/waiting";
import { exitCodes, worstOf } from "../terminal/exit-code";
import { exitCodeOf } from "../terminal/failure";
import { type Form, printResult, type Result } from "../terminal/result";
import { lineOf, type Reported } from "../report/finding";
import { nothingTold, type Told, toldDocument } from "../report/reporter";
import { countText as count, type Failures } from "./failures";
import type { Partner } from "./partner";
import { customerDocument } from "./report";
import type { Ran } from "./run";
import { customersOf } from "./selection";

export interface Summary {
  partner: Partner;
  command: string;
  ran: Ran;
  failures: Failures;
  /** Number of customers that an earlier run had done. */
  before: number;
  findings: readonly Reported[] | undefined;
  told: Told | undefined;
  print: Result["print"];
}

/** Order of the outcomes, with the changes first. */
const order = ["consented", "replaced", "already", "revoked", "absent", "ok", "wider", "ending"];

const outcomesOf = ({ outcomes }: Ran): [string, number][] =>
  [...outcomes].sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));

/** @throws ExitWith unless every customer is done */
export function tell(summary: Summary, form: Form): void {
  const { partner, command, ran, failures, before, findings, told = nothingTold } = summary;
  const ended = endOf(ran);
  // A report that was not delivered is a failure; a worse exit code of the customers has priority.
  const worst = worstOf([failures.exitCode, ...told.errors.map(() => exitCodes.failed)]);
  const exitCode = ended === undefined ? worst : exitCodeOf(ended);
  const document = {
    applicationId: partner.applicationId,
    outcomes: Object.fromEntries(outcomesOf(ran)),
    before,
    failed: failures.count,
    left: ran.left,
    ...failures.document,
    seconds: Math.round(ran.milliseconds / 100) / 10,
    requests: command === "check" ? null : partner.pace.counted,
    findings: findings?.map(customerDocument),
    ...toldDocument(told),
    exitCode,
  };
  const text = () => linesOf(summary).join("\n");
  printResult(form, { ...told, text, document, failure: ended, exitCode, print: summary.print });
}

/** Number of printed warnings at most; JSON and an issue have all. */
const shown = 20;

function linesOf({ partner, ran, failures, before, findings = [] }: Summary): string[] {
  const parts = [
    ...outcomesOf(ran).map(([outcome, number]) => `${count(number)} ${outcome}`),
    ...(before === 0 ? [] : [`${count(before)} done before`]),
    ...(failures.count === 0 ? [] : [`${count(failures.count)} failed`]),
    ...(ran.left === 0 ? [] : [`${count(ran.left)} not started`]),
  ];
  const about = `Application ${partner.applicationId}: ${parts.length === 0 ? "no customer" : parts.join(", ")}.`;
  const differing = [
    ...findings.slice(0, shown).map((one) => `  ${lineOf(one)}`),
    ...(findings.length > shown ? [`  … and ${count(findings.length - shown)} more`] : []),
  ];
  const time = ran.milliseconds < shownFrom ? [] : [`It took ${durationOf(ran.milliseconds)}.`];
  return [about, ...failures.lines, ...differing, ...time];
}

/** Milliseconds: a shorter duration is not printed. */
const shownFrom = 60_000;

/** The reason of an early end; undefined without one. */
function endOf({ failure, isInterrupted, left }: Ran): unknown {
  if (failure !== undefined || !isInterrupted || left === 0) return failure;
  const what = `Stopped: ${customersOf(left)} ${left === 1 ? "was" : "were"} not started, the others are done.`;
  return new InterruptedError(what, run("Continue", again()));
}
