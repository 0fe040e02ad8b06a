/** `drift`: what in the cloud is no longer as the stack declares it. */
import { look, type StackOptions } from "../drift/engine";
import { type Finding, findingsOf } from "../drift/findings";
import { gitHubAccess } from "../drift/github";
import { keepIssue, type KeptIssue } from "../drift/issue";
import { withPermissionNames } from "../drift/permission-names";
import { rendered, type Report, type Screen } from "../drift/report";
import { exitCodes, ExitWith, UsageError } from "../exit-code";
import { printData, printNote } from "../output";

export interface DriftOptions extends StackOptions {
  reportTo?: string;
  markdown?: boolean;
  json?: boolean;
}

export async function drift(options: DriftOptions): Promise<void> {
  if (options.reportTo !== undefined && options.reportTo !== "github") {
    throw new UsageError(`There is no issue tracker "${options.reportTo}" to report to. Say --report-to github.`);
  }
  // Said now, not after the minutes that a look can take.
  if (options.reportTo !== undefined) gitHubAccess(process.env);
  printNote(`Looking at stack ${options.stack} …`);
  const heard = await look(options);
  const findings = findingsOf(heard);
  const named = await withPermissionNames(findings.drift, heard.config, options.cwd ?? process.cwd());
  const report: Report = { ...findings, drift: named, stack: options.stack };
  const blind = named.length === 0 && findings.unreadable.length > 0;
  if (blind) throw new Error(couldNotLook(report));
  await finish(report, options);
}

/** Tells, keeps the issue, and ends with the code for what was found. */
async function finish(report: Report, options: DriftOptions): Promise<void> {
  const issue = options.reportTo === undefined ? undefined : await kept(report);
  const text = rendered(report, options.markdown ? "markdown" : "text", screen());
  printData(text, options.json ? json(report, issue) : undefined);
  if (issue !== undefined) printNote("failure" in issue ? `error: ${issue.failure}` : issueNote(issue));
  if (issue !== undefined && "failure" in issue) throw new ExitWith(exitCodes.failed);
  if (report.drift.length > 0) throw new ExitWith(exitCodes.drift);
}

/** What was found is told even when the tracker cannot be: a report that nobody sees is worse than a failed job. */
async function kept(report: Report): Promise<KeptIssue | { failure: string }> {
  try {
    return await keepIssue(report, process.env);
  } catch (error) {
    return { failure: (error as Error).message };
  }
}

function issueNote({ action, url }: KeptIssue): string {
  return action === "none" ? "There is no open drift issue, and none is needed." : `Drift issue ${action}: ${url}`;
}

function json(report: Report, issue: KeptIssue | { failure: string } | undefined): object {
  const { stack, drift: found, consequences, unreadable } = report;
  const failure = issue !== undefined && "failure" in issue ? issue.failure : undefined;
  return {
    stack,
    drift: found.length > 0,
    findings: found.map(whole),
    consequences,
    unreadable,
    ...(issue === undefined || failure !== undefined ? {} : { issue }),
    ...(failure === undefined ? {} : { error: { message: failure, exitCode: exitCodes.failed } }),
  };
}

/** null where there is nothing: a reader of JSON need not know which members are left out. */
function whole({
  declared = null,
  live = null,
  ...others
}: Finding | (Omit<Finding, "declared" | "live"> & { declared?: null; live?: null })): object {
  return { ...others, declared, live };
}

function couldNotLook({ stack, unreadable }: Report): string {
  return (
    `Stack ${stack}: nothing else has drifted, and part of it could not be looked at: ${unreadable.join("; ")}. ` +
    "The identity that looks needs the role Key Vault Reader, and the vault's firewall must let it in: docs/runbook.md, unreadable."
  );
}

function screen(): Screen | undefined {
  if (!process.stdout.isTTY) return undefined;
  return { columns: process.stdout.columns, bold: !process.env["NO_COLOR"] };
}
