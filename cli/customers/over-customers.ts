/** A command for one customer, or for several with a journal and a file of failures. */
import { setFlagsFromString } from "node:v8";
import type { Customer } from "../../lib/partner-center/customers";
import { documentOf } from "../../lib/errors/document";
import { findingDocument } from "../report/finding";
import { exitCodes, ExitWith } from "../terminal/exit-code";
import { exitCodeOf } from "../terminal/failure";
import { printData, printProblem } from "../terminal/output";
import type { CustomerResult } from "./consent-one";
import { Failures } from "./failures";
import { finished, Journal, type JournalOf } from "./journal";
import type { Partner, PartnerOptions } from "./partner";
import type { CustomersReport } from "./report";
import { runOver } from "./run";
import { customerLines, customersOf, type Selection, selectCustomers, type SelectionOptions } from "./selection";
import { tell } from "./summary";

export interface RunOptions extends PartnerOptions, SelectionOptions {
  /** Default: in the current folder; none for a single customer. */
  failures?: string;
  journal?: string;
  /** Whether nothing is written anywhere. */
  dryRun?: boolean;
  reportTo?: string;
  notify?: boolean;
}

export interface Work {
  /** Undefined for a check, which changes nothing. */
  journal?: JournalOf;
  atOnce: number;
  /** @param isAlone whether nobody else waits for it */
  act: (customer: Customer, isAlone: boolean) => Promise<CustomerResult>;
  /** A whole sentence on one that is as it was asked for. */
  words: (result: CustomerResult, customer: Customer) => string;
  /** What a dry run would do; default: the journal's command, for the application. */
  would?: string;
  /** Whether a customer for whom it failed has had its turn, so that the same line begins anew. */
  isOverWithFailures?: true;
  /** Where the summary is printed; default: standard output. */
  print?: typeof printData;
  report?: CustomersReport;
  /** Asks before anything is changed for several. */
  before?: (count: number) => Promise<void>;
}

/** @throws ExitWith unless all are as asked for; UsageError; what no customer caused */
export async function overCustomers(
  partner: Partner,
  named: readonly string[],
  options: RunOptions,
  work: Work,
): Promise<void> {
  // Collects garbage sooner: V8's heap grows to 114 MB for 5,000 customers, instead of 178.
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=20");
  const selection = await selectCustomers(partner, named, options);
  const { journal, failures, dryRun, reportTo, notify } = options;
  const isForRun = [journal, failures, dryRun, reportTo, notify].some((one) => one !== undefined);
  if (named.length === 1 && !isForRun) await forOne(partner, selection, options, work);
  else await forMany(partner, selection, options, work);
}

async function forOne(partner: Partner, selection: Selection, options: RunOptions, work: Work): Promise<void> {
  const [nobody] = selection.unknown;
  if (nobody !== undefined) throw nobody.failure;
  for (const customer of selection.customers) {
    const result = await work.act(customer, true);
    const { failure, findings, ...found } = result;
    const known = {
      customer: customer.tenantId,
      applicationId: partner.applicationId,
      ...found,
      findings: findings?.map(({ kind, ...finding }) => ({ kind, ...findingDocument(finding) })),
    };
    if (failure === undefined) {
      printData(work.words(result, customer), options.json ? known : undefined);
      continue;
    }
    const exitCode = exitCodeOf(failure);
    // With JSON both are one document.
    if (options.json) printData("", { ...known, error: { ...documentOf(failure), exitCode } });
    else printProblem(failure);
    throw new ExitWith(exitCode);
  }
}

/** More connections than this would not help a higher rate. */
const mostAtOnce = 128;

async function forMany(partner: Partner, selection: Selection, options: RunOptions, work: Work): Promise<void> {
  const { applicationId } = partner;
  const { customers, unknown } = selection;
  const { journal: of, act, before: ask, report, isOverWithFailures = false, print = printData } = work;
  const command = of?.command ?? "check";
  const { would = `${command} application ${applicationId}` } = work;
  const parts = ["customers", command, applicationId.slice(0, 8), of?.grants.slice(0, 8)];
  const stem = parts.filter(Boolean).join("-");
  const path = options.journal ?? `${stem}.journal.jsonl`;
  if (options.dryRun) {
    previewRun({ applicationId, command }, would, selection, of && Journal.doneIn(path, of), options.json);
    return;
  }
  const failures = new Failures(options.failures ?? `${stem}.failures.csv`, options.from);
  const fail = (who: Partial<Customer>, error: unknown) => {
    failures.add(who, error);
    report?.failed(who, error);
  };
  for (const { named, failure } of unknown) fail({ name: named }, failure);
  let journal: Journal | undefined;
  try {
    if (customers.length > 0) await ask?.(customers.length);
    journal = of && (await Journal.open(path, of));
    const left = customers.filter(({ tenantId }) => !journal?.done.has(tenantId));
    const actAndRecord = async (customer: Customer) => {
      const result = await act(customer, false);
      report?.found(customer, result);
      if (result.failure !== undefined) throw result.failure;
      await journal?.add({ customer: customer.tenantId, outcome: result.outcome });
      return result.outcome;
    };
    const ran = await runOver(left, Math.min(work.atOnce, mostAtOnce), actAndRecord, fail);
    const isDone = failures.count === 0 || isOverWithFailures;
    if (isDone && ran.left === 0 && ran.failure === undefined) await journal?.add(finished);
    failures.finish(ran.left === 0);
    const before = customers.length - left.length;
    const told = await report?.tell(ran.left === 0 && ran.failure === undefined);
    tell({ partner, ran, failures, before, journal, findings: report?.findings, told, print }, options.json === true);
  } finally {
    failures.drop();
    await journal?.close();
  }
}

function previewRun(
  of: { applicationId: string; command: string },
  would: string,
  { customers, unknown }: Selection,
  done: ReadonlySet<string> | undefined,
  json: boolean | undefined,
): void {
  const left = customers.filter(({ tenantId }) => !done?.has(tenantId));
  const before = customers.length - left.length;
  const what = `Would ${would} for ${customersOf(left.length)}`;
  const more = before === 0 ? "" : `; ${before} were done before`;
  const nobody = unknown.map(({ failure }) => failure);
  const document = { ...of, customers: left, before, unknown: nobody.map(({ what: text }) => text) };
  printData([`${what}${more}:`, ...customerLines(left)].join("\n"), json ? document : undefined);
  if (!json) for (const failure of nobody) printProblem(failure);
  if (nobody.length > 0) throw new ExitWith(exitCodes.usage);
}
