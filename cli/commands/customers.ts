/** `customers`: the partner's customers, and the consents to the application there. */
import {
  addConsent,
  type ApplicationGrant,
  removeConsent,
  replaceConsent,
} from "../../partner-center/application-consents";
import { customersNamed, listCustomers } from "../../partner-center/customers";
import { otherConsent, type Outcome } from "../customers/consent-one";
import { differenceOf, grantedOnceThere, grantedThere } from "../customers/granted";
import { type GrantOptions, grantsOf, grantWords } from "../customers/grants";
import { partnerOf } from "../customers/partner";
import { customerTenantId } from "../customer-refusal";
import { documentOf } from "../../errors/document";
import { Failure, ownCommand } from "../../errors/failure";
import { EntraError } from "../../oauth/aadsts";
import { type ExitCode, exitCodes, ExitWith } from "../exit-code";
import { printData, printProblem } from "../output";
import type { PartnerTenantOptions } from "../partner-token";
import {
  consentForMany,
  type ConsentManyOptions,
  type ManyOptions,
  revokeForMany,
  type RevokeManyOptions,
} from "./customers-many";

/** Several customers, or an option that only applies to several. */
function isMany(customers: readonly string[], { all, from, journal, failures, dryRun }: ManyOptions): boolean {
  return customers.length !== 1 || [all, from, journal, failures, dryRun].some((one) => one !== undefined);
}

export async function consentForCustomers(customers: string[], options: ConsentManyOptions): Promise<void> {
  const [customer = ""] = customers;
  await (isMany(customers, options) ? consentForMany(customers, options) : consentForCustomer(customer, options));
}

export async function revokeForCustomers(customers: string[], options: RevokeManyOptions): Promise<void> {
  const [customer = ""] = customers;
  await (isMany(customers, options) ? revokeForMany(customers, options) : revokeForCustomer(customer, options));
}

async function consentForCustomer(customer: string, options: ConsentManyOptions): Promise<void> {
  // A grant of the wrong form is refused before any request.
  const asked = grantsOf(options);
  const { cloud, api, customerTenant, redeemer, application } = await signedInFor(customer, options, "consent");
  const { clientId: applicationId } = application;
  const wanted = { applicationId, displayName: options.displayName, grants: asked };
  const of = { customer: customerTenant, applicationId };
  let outcome: Outcome = await addConsent(api, customerTenant, wanted);
  let granted: ApplicationGrant[];
  try {
    granted = await (outcome === "consented" ? grantedOnceThere : grantedThere)(redeemer, asked);
    if (outcome === "already" && options.replace && differenceOf(cloud, asked, granted) !== undefined) {
      outcome = await replaceConsent(api, customerTenant, wanted);
      granted = await grantedOnceThere(redeemer, asked);
    }
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    const { what, why, fixes } = error;
    const unread = `${wordsOf(outcome, of)}, and what it is granted there could not be read: ${what}`;
    const told = { what: unread, why, fixes };
    endIn(new Failure("customer-consent-unread", told), exitCodes.failed, options, { ...of, outcome, granted: null });
  }
  const difference = differenceOf(cloud, asked, granted);
  if (difference !== undefined) {
    const failure = otherConsent(applicationId, customerTenant, difference, grantWords(options));
    endIn(failure, exitCodes.consentNeeded, options, { ...of, outcome: "different", granted });
  }
  printData(
    `${wordsOf(outcome, of)}; it has what was asked for.`,
    options.json ? { ...of, outcome, granted } : undefined,
  );
}

/** The beginning of a sentence. */
function wordsOf(outcome: Outcome, { customer, applicationId }: { customer: string; applicationId: string }): string {
  if (outcome === "consented") return `Application ${applicationId} is consented to for customer ${customer}`;
  if (outcome === "replaced") return `Application ${applicationId} is consented to anew for customer ${customer}`;
  return `Application ${applicationId} was consented to for customer ${customer} before`;
}

/** Reports a failure together with what is known: with --json both are one document. */
function endIn(failure: Failure, exitCode: ExitCode, { json }: PartnerTenantOptions, known: object): never {
  if (json) printData("", { ...known, error: { ...documentOf(failure), exitCode } });
  else printProblem(failure);
  throw new ExitWith(exitCode);
}

async function revokeForCustomer(customer: string, options: PartnerTenantOptions): Promise<void> {
  const signedIn = await signedInFor(customer, options, "revoke");
  const { api, customerTenant: tenantId } = signedIn;
  const { clientId: applicationId } = signedIn.application;
  const outcome = await removeConsent(api, tenantId, applicationId);
  const text =
    outcome === "revoked"
      ? `The consent to application ${applicationId} for customer ${tenantId} is taken back.`
      : `Customer ${tenantId} had no consent to application ${applicationId}.`;
  printData(text, options.json ? { customer: tenantId, applicationId, outcome } : undefined);
}

async function signedInFor(customer: string, options: PartnerTenantOptions & GrantOptions, command: string) {
  const partner = await partnerOf(options);
  const { api, cloud, application } = partner;
  const byName = async () => {
    const named = customersNamed(await listCustomers(api), customer);
    const argv = grantWords(options);
    return named.map((one) => ({ ...one, command: ownCommand("customers", command, one.tenantId, ...argv) }));
  };
  const customerTenant = await customerTenantId(cloud, customer, byName);
  return { api, cloud, application, customerTenant, redeemer: partner.redeemerFor(customerTenant) };
}
