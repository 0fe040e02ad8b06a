/** `customers consent`, `customers check` and `customers revoke`, for one customer or for thousands. */
import { removeConsent } from "../../partner-center/application-consents";
import { checkFor, consentFor, consentWords } from "../customers/consent-one";
import { requireYes } from "../customers/confirmation";
import { type GrantOptions, grantsOf, grantWords, hashOf } from "../customers/grants";
import { partnerOf } from "../customers/partner";
import { requireSelection } from "../customers/selection";
import { overCustomers, type RunOptions } from "../customers/over-customers";
import { customersOf } from "../customers/table";

export interface ConsentOptions extends RunOptions, GrantOptions {
  displayName: string;
  replace?: boolean;
}

export interface RevokeOptions extends RunOptions {
  yes?: boolean;
}

export type CheckOptions = RunOptions & GrantOptions;

export async function consentForCustomers(named: string[], options: ConsentOptions): Promise<void> {
  requireSelection(named, options);
  const grants = await grantsOf(options);
  const partner = await partnerOf(options);
  const { clientId: applicationId } = partner.application;
  const { replace, displayName } = options;
  const argv = grantWords(options);
  await overCustomers(partner, named, options, {
    command: "consent",
    journal: { command: "consent", applicationId, grants: hashOf(applicationId, grants) },
    atOnce: partner.rate,
    act: async ({ tenantId }, waits) =>
      await consentFor(partner, tenantId, { applicationId, displayName, grants }, { replace, waits, argv }),
    words: ({ outcome }, { tenantId }) =>
      `${consentWords(outcome, tenantId, applicationId)}; it has what was asked for.`,
  });
}

export async function revokeForCustomers(named: string[], options: RevokeOptions): Promise<void> {
  requireSelection(named, options);
  const partner = await partnerOf(options);
  const { clientId: applicationId } = partner.application;
  await overCustomers(partner, named, options, {
    command: "revoke",
    journal: { command: "revoke", applicationId, grants: "" },
    atOnce: partner.rate,
    act: async ({ tenantId }) => ({ outcome: await removeConsent(partner.api, tenantId, applicationId) }),
    words: ({ outcome }, { tenantId }) =>
      outcome === "revoked"
        ? `The consent to application ${applicationId} for customer ${tenantId} is taken back.`
        : `Customer ${tenantId} had no consent to application ${applicationId}.`,
    before: async (count) => {
      await requireYes(`take back the consent to application ${applicationId} for ${customersOf(count)}`, options.yes);
    },
  });
}

export async function checkCustomers(named: string[], options: CheckOptions): Promise<void> {
  const selected = named.length === 0 && options.from === undefined ? { ...options, all: true } : options;
  requireSelection(named, selected);
  const grants = await grantsOf(options);
  const partner = await partnerOf(options);
  const { clientId: applicationId } = partner.application;
  await overCustomers(partner, named, selected, {
    command: "check",
    atOnce: partner.redemptions,
    act: async ({ tenantId }) => await checkFor(partner, tenantId, { applicationId, grants }, grantWords(options)),
    words: (_, { tenantId }) => `Application ${applicationId} has what was asked for at customer ${tenantId}.`,
  });
}
