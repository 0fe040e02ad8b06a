/** `customers consent`, `customers revoke` and `customers check` for more than one customer. */
import type { Customer } from "../../partner-center/customers";
import { removeConsent } from "../../partner-center/application-consents";
import { ownCommand, run } from "../../errors/failure";
import { UsageError } from "../exit-code";
import { consentAmongMany, grantsAt } from "../customers/consent-one";
import { requireYes } from "../customers/confirmation";
import { CustomerConsentError } from "../customers/errors";
import { Failures } from "../customers/failures";
import { differenceOf, sentencesOf } from "../customers/granted";
import { type GrantOptions, grantsOf, grantWords, hashOf } from "../customers/grants";
import { keepHeapSmall } from "../customers/heap";
import { Journal, type JournalOf } from "../customers/journal";
import { type Partner, partnerOf, type PartnerOptions } from "../customers/partner";
import { runOver } from "../customers/run";
import { requireSelection, type Selection, selectCustomers, type SelectionOptions } from "../customers/selection";
import { tell } from "../customers/summary";
import { customerLines } from "../customers/table";
import { printData } from "../output";

export interface ManyOptions extends PartnerOptions, SelectionOptions {
  /** Default: in the current folder, named after the action. */
  failures?: string;
  journal?: string;
  /** Whether nothing is written. */
  dryRun?: boolean;
}

export interface ConsentManyOptions extends ManyOptions, GrantOptions {
  displayName: string;
  replace?: boolean;
}

export interface RevokeManyOptions extends ManyOptions {
  yes?: boolean;
}

export type CheckOptions = PartnerOptions & SelectionOptions & GrantOptions & Pick<ManyOptions, "failures">;

export async function consentForMany(named: readonly string[], options: ConsentManyOptions): Promise<void> {
  requireSelection(named, options);
  const grants = grantsOf(options);
  keepHeapSmall();
  const partner = await partnerOf(options);
  const { clientId: applicationId } = partner.application;
  const of: JournalOf = { command: "consent", applicationId, grants: hashOf(applicationId, grants) };
  const wanted = { applicationId, displayName: options.displayName, grants };
  const { replace } = options;
  const how = { replace, argv: grantWords(options) };
  await change(partner, named, options, of, async ({ tenantId }) => {
    return await consentAmongMany(partner, tenantId, wanted, how);
  });
}

export async function revokeForMany(named: readonly string[], options: RevokeManyOptions): Promise<void> {
  requireSelection(named, options);
  keepHeapSmall();
  const partner = await partnerOf(options);
  const { clientId: applicationId } = partner.application;
  const of: JournalOf = { command: "revoke", applicationId, grants: "" };
  const ask = async (count: number) => {
    await requireYes(`take back the consent to application ${applicationId} for ${count} customers`, options.yes);
  };
  await change(
    partner,
    named,
    options,
    of,
    async ({ tenantId }) => await removeConsent(partner.api, tenantId, applicationId),
    ask,
  );
}

/** @param ask before anything is changed */
async function change(
  partner: Partner,
  named: readonly string[],
  options: ManyOptions,
  of: JournalOf,
  act: (customer: Customer) => Promise<string>,
  ask?: (count: number) => Promise<void>,
): Promise<void> {
  const { applicationId } = of;
  const selection = await selectCustomers(partner, named, options);
  const stem = ["customers", of.command, applicationId.slice(0, 8), of.grants.slice(0, 8)].filter(Boolean).join("-");
  const path = options.journal ?? `${stem}.journal.jsonl`;
  const failures = failuresOf(selection, options.failures ?? `${stem}.failures.csv`, options.dryRun);
  if (options.dryRun) {
    rehearse(of, selection, await Journal.doneIn(path, of), options.json);
    return;
  }
  const count = selection.customers.length;
  if (count > 0) await ask?.(count);
  const journal = await Journal.open(path, of);
  try {
    const left = selection.customers.filter(({ tenantId }) => !journal.done.has(tenantId));
    const record = ({ tenantId }: Customer, outcome: string) => journal.add(tenantId, outcome);
    const ran = await runOver(left, atOnce(partner), failures, act, record);
    const isDone = failures.count === 0 && ran.left === 0 && ran.failure === undefined;
    if (isDone) await journal.finish();
    const requests = { sent: partner.pace.sent(), refused: partner.pace.refused() };
    const before = count - left.length;
    tell({ applicationId, ran, failures, before, journal: path, requests }, options.json === true);
  } finally {
    failures.close();
    await journal.close();
  }
}

/** As many as are sent in a second: a response may take that long. More connections would not help a higher rate. */
const atOnce = ({ rate }: Partner): number => Math.min(rate, 128);

/** Starts with the failures that are already known. */
function failuresOf({ unknown }: Selection, path: string, dryRun = false): Failures {
  const failures = new Failures(dryRun ? undefined : path);
  for (const { named, failure } of unknown) failures.add({ name: named }, failure);
  return failures;
}

function rehearse(
  { command, applicationId }: JournalOf,
  { customers, unknown }: Selection,
  done: ReadonlySet<string>,
  json: boolean | undefined,
): void {
  const left = customers.filter(({ tenantId }) => !done.has(tenantId));
  const before = customers.length - left.length;
  const what = `Would ${command} application ${applicationId} for ${left.length} customers`;
  const more = before === 0 ? "" : `; ${before} were done before`;
  const nobody = unknown.map(({ failure }) => failure.what);
  const document = { applicationId, command, customers: left, before, unknown: nobody };
  printData([`${what}${more}:`, ...customerLines(left), ...nobody].join("\n"), json ? document : undefined);
  if (nobody.length > 0) throw new UsageError(`${nobody.length} names are no customer's, or several customers'.`);
}

export async function checkCustomers(named: readonly string[], options: CheckOptions): Promise<void> {
  const selected = named.length === 0 && options.from === undefined ? { ...options, all: true } : options;
  requireSelection(named, selected);
  const grants = grantsOf(options);
  keepHeapSmall();
  const partner = await partnerOf(options);
  const { clientId: applicationId } = partner.application;
  const selection = await selectCustomers(partner, named, selected);
  const stem = `customers-check-${applicationId.slice(0, 8)}`;
  const failures = failuresOf(selection, options.failures ?? `${stem}.failures.csv`);
  try {
    const ran = await runOver(selection.customers, partner.redemptions, failures, async ({ tenantId }) => {
      const granted = await grantsAt(partner, tenantId, grants);
      const lacks = differenceOf(partner.cloud, grants, granted)?.lacks ?? [];
      // Additional scopes do no harm.
      if (lacks.length === 0) return "ok";
      const what = `Application ${applicationId} lacks a consent for customer ${tenantId}.`;
      const why = sentencesOf({ lacks, hasBesides: [] });
      const isNone = granted.every(({ scopes }) => scopes.length === 0);
      const anew = ["customers", "consent", tenantId, ...(isNone ? [] : ["--replace"]), ...grantWords(options)];
      throw new CustomerConsentError(
        "customer-consent-absent",
        { what, why },
        run("Consent to it there", ownCommand(...anew)),
      );
    });
    tell({ applicationId, ran, failures, before: 0, journal: undefined, requests: undefined }, options.json === true);
  } finally {
    failures.close();
  }
}
