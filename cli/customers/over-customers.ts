/** A command for one customer, or for several with a file of failures. */
import { dirname, join } from "node:path";
import type { Customer } from "../../lib/partner-center/customers";
import { findingDocument } from "../report/finding";
import { exitCodes } from "../terminal/exit-code";
import { type Form, printResult, type Result } from "../terminal/result";
import type { CustomerResult } from "./consent-one";
import { DoneCustomers } from "./done";
import { Failures } from "./failures";
import type { Partner, PartnerOptions } from "./partner";
import type { CustomersReport } from "./report";
import { runOver } from "./run";
import { customerLines, customersOf, type Selection, selectCustomers, type SelectionOptions } from "./selection";
import { tell } from "./summary";

export interface RunOptions extends PartnerOptions, SelectionOptions {
  /** The file of failures; default: one in the current folder, none for a single customer. */
  failures?: string;
  /** Whether to change nothing and write no file. */
  dryRun?: boolean;
}

export interface Work {
  /** Part of the files' names, as is a hash of the requested grants. */
  command: "check" | "consent" | "revoke" | "exec";
  hash?: string;
  atOnce: number;
  /** @param isAlone whether this customer is the only one */
  act: (customer: Customer, isAlone: boolean) => Promise<CustomerResult>;
  /** A whole sentence on a customer without failure. */
  words: (result: CustomerResult, customer: Customer) => string;
  /** The action that a dry run prints; default: the command, for the application. */
  would?: string;
  /** Whether a file records the customers done, for commands without another trace: the same command again leaves them out. */
  keepsDone?: true;
  /** Prints the summary; default: to standard output. */
  print?: Result["print"];
  report?: CustomersReport;
  /** Asks for confirmation before changes for several customers. */
  before?: (count: number) => Promise<void>;
}

/** @throws ExitWith unless all customers succeeded; UsageError; errors that no customer caused */
export async function overCustomers(
  partner: Partner,
  named: readonly string[],
  options: RunOptions,
  work: Work,
): Promise<void> {
  const selection = await selectCustomers(partner, named, options);
  const { failures, dryRun } = options;
  const isForRun = [failures, dryRun].some((one) => one !== undefined);
  if (named.length === 1 && !isForRun) await forOne(partner, selection, options, work);
  else await forMany(partner, selection, options, work);
}

async function forOne(partner: Partner, selection: Selection, options: RunOptions, work: Work): Promise<void> {
  const [nobody] = selection.unknown;
  if (nobody !== undefined) throw nobody.failure;
  for (const customer of selection.customers) {
    const result = await work.act(customer, true);
    const { failure, findings, ...found } = result;
    const document = {
      customer: customer.tenantId,
      applicationId: partner.applicationId,
      ...found,
      findings: findings?.map(({ kind, ...finding }) => ({ kind, ...findingDocument(finding) })),
    };
    const text = failure === undefined ? () => work.words(result, customer) : undefined;
    printResult(options, { text, document, failure });
  }
}

/** Connections at most: more do not raise the rate. */
const mostAtOnce = 128;

async function forMany(partner: Partner, selection: Selection, options: RunOptions, work: Work): Promise<void> {
  const { applicationId } = partner;
  const { customers, unknown } = selection;
  const { command, hash, act, before: ask, report, keepsDone, print } = work;
  const { would = `${command} application ${applicationId}` } = work;
  const stem = ["customers", command, applicationId.slice(0, 8), hash?.slice(0, 8)].filter(Boolean).join("-");
  const { failures: file = `${stem}.failures.csv` } = options;
  const done = keepsDone && new DoneCustomers(join(dirname(file), `${stem}.done`));
  const left = customers.filter(({ tenantId }) => !done?.before.has(tenantId));
  const before = customers.length - left.length;
  if (options.dryRun) {
    previewRun({ applicationId, command }, would, { customers: left, unknown }, before, options);
    return;
  }
  const failures = new Failures(file, options.from);
  const fail = (who: Partial<Customer>, error: unknown) => {
    failures.add(who, error);
    report?.failed(who, error);
  };
  for (const { named, failure } of unknown) fail({ name: named }, failure);
  try {
    if (customers.length > 0) await ask?.(customers.length);
    done?.begin();
    const actAndRecord = async (customer: Customer) => {
      const result = await act(customer, false);
      report?.found(customer, result);
      if (result.failure !== undefined) throw result.failure;
      done?.add(customer.tenantId);
      return result.outcome;
    };
    const ran = await runOver(left, Math.min(work.atOnce, mostAtOnce), actAndRecord, fail);
    if (ran.left === 0 && ran.failure === undefined) done?.remove();
    failures.finish(ran.left === 0);
    const told = await report?.tell(ran.left === 0 && ran.failure === undefined);
    tell({ partner, command, ran, failures, before, findings: report?.findings, told, print }, options);
  } finally {
    failures.drop();
  }
}

function previewRun(
  of: { applicationId: string; command: string },
  would: string,
  { customers: left, unknown }: Selection,
  before: number,
  form: Form,
): void {
  const what = `Would ${would} for ${customersOf(left.length)}`;
  const more = before === 0 ? "" : `; ${before} were done before`;
  const nobody = unknown.map(({ failure }) => failure);
  const document = { ...of, customers: left, before, unknown: nobody.map(({ what: text }) => text) };
  const text = () => [`${what}${more}:`, ...customerLines(left)].join("\n");
  const exitCode = nobody.length === 0 ? exitCodes.fine : exitCodes.usage;
  printResult(form, { text, document, errors: nobody, exitCode });
}
