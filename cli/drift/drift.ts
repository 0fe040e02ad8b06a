/** `drift`: reports what in the cloud differs from what the stack declares. */
import { moveOf, retirementDay } from "../../lib/azure/key-vault";
import { fixDocument, fixDocuments } from "../../lib/errors/document";
import { byPerson, Failure, pulumi, sentence } from "../../lib/errors/failure";
import { additionsTo, recordedIn } from "./additions";
import { type DriftFinding, findingsOf } from "./findings";
import { issueOf } from "./issue";
import { markdownReport } from "./markdown";
import { withPermissionNames } from "./permissions";
import { preview } from "../engine/preview";
import { fixesOf, type Report, type Screen, textReport } from "./report";
import { graphOf } from "./stack-cloud";
import { exitCodes, ExitWith, UsageError } from "../terminal/exit-code";
import { printData, printNote } from "../terminal/output";
import { printTold, Reporter, type Told, toldDocument } from "../report/reporter";
import { appliedIn, credentialIn, dueDocument, dueOf } from "../rotate/due";
import type { StackOptions } from "../options/target-options";

export interface DriftOptions extends StackOptions {
  reportTo?: string;
  markdown?: boolean;
  json?: boolean;
}

export async function drift(options: DriftOptions): Promise<void> {
  const { stack } = options;
  const reporter = new Reporter({ reportTo: options.reportTo }, process.env);
  printNote(`Looking at stack ${stack} …`);
  const result = await preview(options);
  if (result.steps.every(({ op }) => op === "create")) throw neverDeployed(stack);
  const findings = findingsOf(result);
  const graph = graphOf(result, options.cwd ?? process.cwd());
  const [named, added] = await Promise.all([
    withPermissionNames(findings.drift, graph),
    additionsTo(recordedIn(result.steps), graph),
  ]);
  const report: Report = {
    ...findings,
    stack,
    drift: [...named, ...added.drift],
    unreadable: [...findings.unreadable, ...added.unreadable],
    ...(added.others.length > 0 && { others: added.others }),
    due: dueOf(credentialIn(result.config), appliedIn(result.outputs.applied)),
  };
  if (report.drift.length === 0 && report.unreadable.length > 0) throw couldNotLook(report);
  finish(report, options, await reporter.tell(issueOf(report)));
}

function neverDeployed(stack: string): UsageError {
  const deploy = byPerson("Deploy it; the service account signs in", pulumi("up", "--stack", stack));
  return new UsageError(`Stack ${stack} was never deployed, or is destroyed: nothing of it can have drifted.`, deploy);
}

/** Prints the report, and ends with the exit code for the result. */
function finish(report: Report, options: DriftOptions, told: Told): void {
  const text = options.markdown ? markdownReport(report) : textReport(report, screen());
  printData(text, options.json ? json(report, told) : undefined);
  if (!options.json) printTold(told);
  if (told.errors.length > 0) throw new ExitWith(exitCodes.failed);
  if (report.drift.length > 0) throw new ExitWith(exitCodes.drift);
  if (report.due?.isOverdue) throw new ExitWith(exitCodes.rotationNeeded);
}

/** Without undefined properties. */
const json = ({ stack, drift: findings, consequences, unreadable, others, isFormer, due }: Report, told: Told) => ({
  stack,
  drift: findings.length > 0,
  findings: findings.map(documented),
  fixes: fixesOf({ stack, drift: findings }).map((fix) => fixDocument(fix)),
  consequences,
  unreadable,
  others: others?.map(documented),
  keyVaultMove: isFormer && moveDocument(stack),
  rotationDue: due && dueDocument(stack, due),
  ...toldDocument(told),
});

function moveDocument(stack: string): object {
  const { what, fix } = moveOf(stack);
  return { before: retirementDay, what, fix: fixDocument(fix) };
}

const documented = ({ resource, urn, property, declared, live, adopted, state, fixes }: DriftFinding) => ({
  ...{ state, resource, urn, property, declared, live, adopted },
  fixes: fixDocuments({ fixes }),
});

function couldNotLook({ stack, unreadable }: Report): Failure {
  return new Failure(
    "drift-unreadable",
    `Stack ${stack}: nothing else has drifted, and part of it could not be checked: ${unreadable.join("; ")}.`,
    sentence(
      "The identity that looks needs the role Key Vault Reader, Application.Read.All and Directory.Read.All on Microsoft Graph, and the vault's firewall must let it in: docs/runbook.md, unreadable.",
    ),
  );
}

const screen = (): Screen | undefined =>
  process.stdout.isTTY ? { columns: process.stdout.columns, bold: !process.env["NO_COLOR"] } : undefined;
