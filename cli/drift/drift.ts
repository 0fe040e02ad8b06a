/** `drift`: reports what in the cloud differs from what the stack declares. */
import { fixDocument, fixDocuments } from "../../lib/errors/document";
import { again, byPerson, Failure, pulumi, sentence } from "../../lib/errors/failure";
import { additionsTo, recordedIn, takeOffClaims } from "./additions";
import { type DriftFinding, findingsOf } from "./findings";
import { lookOf, subjectOf } from "./look";
import { withPermissionNames } from "./permissions";
import { onceFree, StackBusy } from "../engine/busy";
import { preview } from "../engine/preview";
import { exportOf } from "../engine/run-on-stack";
import { fixesOf, type Report, textReport } from "./report";
import { graphOf } from "./stack-cloud";
import { exitCodes, UsageError } from "../terminal/exit-code";
import { printNote } from "../terminal/output";
import { printResult } from "../terminal/result";
import { Reporter, type TellOptions, type Told, toldDocument } from "../report/reporter";
import { appliedIn, credentialIn, dueDocument, dueOf } from "../rotate/due";
import type { StackOptions } from "../options/target-options";

export interface DriftOptions extends StackOptions, TellOptions {
  json?: boolean;
}

export const drift = async (options: DriftOptions): Promise<void> => {
  const { stack } = options;
  const reporter = new Reporter(options, process.env);
  await reporter.orUnknown(subjectOf(stack), async () => {
    await onceFree(stack, async () => {
      await look(options, reporter);
    });
  });
};

async function look(options: DriftOptions, reporter: Reporter): Promise<void> {
  const { stack } = options;
  printNote(`Checking stack ${stack} …`);
  const result = await preview(options);
  if (result.steps.every(({ op }) => op === "create")) {
    const deploy = byPerson("Deploy it; the service account signs in", pulumi("up", "--stack", stack));
    throw new UsageError(`Stack ${stack} was never deployed, or is destroyed: it cannot have drifted.`, deploy);
  }
  const findings = findingsOf(result);
  const graph = graphOf(result, options.cwd ?? process.cwd());
  const [named, added] = await Promise.all([
    withPermissionNames(findings.drift, graph),
    additionsTo(recordedIn(result.steps), graph),
  ]);
  const report: Report = {
    ...findings,
    stack,
    drift: [...named.map((one) => takeOffClaims(one, result.steps, graph)), ...added.drift],
    unreadable: [...findings.unreadable, ...added.unreadable],
    others: added.others,
    due: dueOf(credentialIn(result.config), appliedIn(result.outputs.applied)),
  };
  if (report.drift.length === 0 && report.unreadable.length > 0) {
    throw new Failure(
      "drift-unreadable",
      `Stack ${stack}: nothing else has drifted, but part of it could not be checked: ${report.unreadable.join("; ")}.`,
      sentence(
        "This identity needs the role Key Vault Reader, and Application.Read.All and Directory.Read.All on Microsoft Graph; the vault's firewall must allow it (docs/runbook.md, unreadable).",
      ),
    );
  }
  if (report.drift.length > 0) await requireUnchanged(options, result.before?.written);
  const told = await reporter.tell([lookOf(report)]);
  const { isTTY, columns } = process.stdout;
  const screen = isTTY ? { columns, bold: !process.env["NO_COLOR"] } : undefined;
  const text = () => textReport(report, screen);
  const due = report.due?.isOverdue ? exitCodes.rotationNeeded : exitCodes.fine;
  const exitCode = told.errors.length > 0 ? exitCodes.failed : report.drift.length > 0 ? exitCodes.drift : due;
  printResult(options, { ...told, text, document: json(report, told), exitCode });
}

/** Without undefined properties. */
function json({ stack, drift, consequences, unreadable, others = [], due }: Report, told: Told): object {
  return {
    stack,
    drift: drift.length > 0,
    findings: drift.map(documented),
    fixes: fixesOf({ stack, drift }).map((one) => fixDocument(one)),
    consequences,
    unreadable,
    others: others.length === 0 ? undefined : others.map(documented),
    rotationDue: due && dueDocument(stack, due),
    ...toldDocument(told),
  };
}

const documented = ({ resource, urn, property, declared, live, adopted, state, fixes }: DriftFinding) => ({
  ...{ state, resource, urn, property, declared, live, adopted },
  fixes: fixDocuments({ fixes }),
});

/** An unfinished deployment looks like drift, and the stack's lock does not stop a preview. @throws StackBusy */
async function requireUnchanged(options: DriftOptions, written: string | undefined): Promise<void> {
  if ((await exportOf(options)).written === written) return;
  const what = `Stack ${options.stack} was deployed while it was looked at; whether it has drifted is not known.`;
  throw new StackBusy(what, byPerson("Look again once that has ended", again()));
}
