/** `customers consent`, `customers check` and `customers revoke`. */
import { ownCommand, sentence } from "../../lib/errors/failure";
import { grantWait } from "../../lib/token/prove-grants";
import { checkFor, consentFor, consentWords, revokeFor } from "./consent-one";
import { requireYes } from "../terminal/require-yes";
import { declaredBy, type GrantOptions, grantWords, hashOf } from "./grants";
import { judgeAccess } from "./lasting-access";
import { partnerOf } from "./partner";
import { readRelationships } from "./relationships";
import { Reporter, type TellOptions } from "../report/reporter";
import { CustomersReport, customersOfPartner } from "./report";
import { customersOf, requireSelection } from "./selection";
import { overCustomers, type RunOptions } from "./over-customers";
import { UsageError } from "../terminal/exit-code";

export interface ConsentOptions extends RunOptions, GrantOptions {
  displayName: string;
  replace?: boolean;
}

export interface CheckOptions extends RunOptions, GrantOptions, TellOptions {
  warnDays: number;
}

export async function consentForCustomers(named: string[], options: ConsentOptions): Promise<void> {
  requireSelection(named, options);
  const { grants } = await declaredBy(options);
  const partner = await partnerOf(options);
  const { applicationId } = partner;
  const { replace, displayName } = options;
  const argv = grantWords(options);
  const soon = grantWait("consents of an earlier run to take effect");
  await overCustomers(partner, named, options, {
    command: "consent",
    hash: hashOf(applicationId, grants),
    atOnce: partner.rate,
    act: async ({ tenantId }, isAlone) => {
      const several = isAlone ? undefined : soon;
      return await consentFor(partner, tenantId, { applicationId, displayName, grants }, { replace, several, argv });
    },
    words: ({ outcome }, { tenantId }) =>
      `${consentWords(outcome, tenantId, applicationId)}; all requested permissions are there.`,
  });
}

export async function revokeForCustomers(named: string[], options: RunOptions & { yes?: boolean }): Promise<void> {
  requireSelection(named, options);
  const partner = await partnerOf(options);
  const { applicationId } = partner;
  await overCustomers(partner, named, options, {
    command: "revoke",
    atOnce: partner.rate,
    act: async ({ tenantId }) => await revokeFor(partner, tenantId),
    words: ({ outcome }, { tenantId }) =>
      outcome === "revoked"
        ? `Revoked the consent to application ${applicationId} for customer ${tenantId}.`
        : `Customer ${tenantId} had no consent to application ${applicationId}.`,
    before: async (count) => {
      await requireYes(options.yes, `revoke the consent to application ${applicationId} for ${customersOf(count)}`);
    },
  });
}

export async function checkCustomers(named: string[], options: CheckOptions): Promise<void> {
  const { from, warnDays } = options;
  const selected = named.length === 0 && from === undefined ? { ...options, all: true } : options;
  requireSelection(named, selected);
  if (named.length > 0 && (options.issue ?? options.notify ?? options.markdown) !== undefined)
    throw new UsageError(
      "--issue, --notify and --markdown report on all customers together.",
      sentence("Name no customer."),
    );
  const { grants, roles } = await declaredBy(options);
  const reporter = new Reporter(options, process.env);
  const partner = await reporter.orUnknown(customersOfPartner(""), async () => await partnerOf(options));
  const relationshipsWith = roles === undefined ? undefined : await readRelationships(partner);
  const { applicationId } = partner;
  const argv = grantWords(options);
  await overCustomers(partner, named, selected, {
    command: "check",
    atOnce: partner.redemptions,
    act: async ({ tenantId }) => {
      const consent = await checkFor(partner, tenantId, { applicationId, grants }, argv);
      if (relationshipsWith === undefined || roles === undefined || consent.failure !== undefined) return consent;
      const relationships = await relationshipsWith(tenantId);
      const access = judgeAccess(tenantId, relationships, { roles, warnDays, argv });
      const findings = [...(consent.findings ?? []), ...(access.findings ?? [])];
      return { ...consent, ...(access.outcome === "ok" ? {} : access), ...(findings.length > 0 && { findings }) };
    },
    words: ({ findings = [] }, { tenantId }) => {
      const fine = `Application ${applicationId} has all requested permissions at customer ${tenantId}.`;
      return [fine, ...findings.map(({ what }) => what)].join(" ");
    },
    report: new CustomersReport(reporter, {
      partnerTenant: partner.stored.tags.tenant,
      applicationId,
      list: from,
      all: ownCommand("customers", "check", ...(from === undefined ? [] : ["--from", from]), ...argv),
    }),
  });
}
