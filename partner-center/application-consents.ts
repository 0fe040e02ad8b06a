/** Consents to an application in a customer's name: what lets a partner's token into that customer's tenant under granular privileges. */
import type { PartnerCenter } from "./api";
import { again, run } from "../errors/failure";
import { PartnerCenterError, partnerCenterError, refusal } from "./errors";

export interface ApplicationGrant {
  /** Client id of the resource, e.g. Microsoft Graph's. */
  resourceAppId: string;
  /** Names of delegated permissions. */
  scopes: readonly string[];
}

export interface ApplicationConsent {
  applicationId: string;
  displayName: string;
  grants: readonly ApplicationGrant[];
}

const pathOf = (customer: string): string => `/v1/customers/${encodeURIComponent(customer)}/applicationconsents`;

/** @returns already: the customer had the application before, perhaps with other scopes, which stay as they are @throws PartnerCenterError */
export async function addConsent(
  api: PartnerCenter,
  customer: string,
  { applicationId, displayName, grants }: ApplicationConsent,
): Promise<"consented" | "already"> {
  const what = `Consenting to application ${applicationId} for customer ${customer}`;
  const answer = await api.answer({
    what,
    method: "POST",
    path: pathOf(customer),
    body: {
      applicationId,
      displayName,
      // Partner Center takes one text of scopes, separated by commas.
      applicationGrants: grants.map(({ resourceAppId, scopes }) => ({
        enterpriseApplicationId: resourceAppId,
        scope: scopes.join(","),
      })),
    },
  });
  if (answer.status < 300) return "consented";
  if (/permission entry already exists/iu.test(answer.as(refusal).description)) return "already";
  throw partnerCenterError(what, answer.status, answer.body, checkGrants);
}

const checkGrants = run(
  "Name the resource by its client id, and its delegated permissions by their names",
  again("--grant", "<resource=scopes>"),
);

/** Takes an application's consent for a customer back. @returns absent: there was none @throws PartnerCenterError */
export async function removeConsent(
  api: PartnerCenter,
  customer: string,
  applicationId: string,
): Promise<"revoked" | "absent"> {
  const what = `Revoking the consent to application ${applicationId} for customer ${customer}`;
  const path = `${pathOf(customer)}/${encodeURIComponent(applicationId)}`;
  const answer = await api.answer({ what, method: "DELETE", path });
  if (answer.status < 300) return "revoked";
  // A customer that is none is a 404 as well: only for one that is there is the consent what is missing.
  if (answer.status === 404 && (await isCustomer(api, customer))) return "absent";
  throw partnerCenterError(what, answer.status, answer.body);
}

/**
 * Takes an application's consent for a customer back and makes it anew, which is the only way to change it.
 * @throws PartnerCenterError, which says so where the earlier one is gone
 */
export async function replaceConsent(
  api: PartnerCenter,
  customer: string,
  wanted: ApplicationConsent,
): Promise<"replaced"> {
  await removeConsent(api, customer, wanted.applicationId);
  try {
    await addConsent(api, customer, wanted);
    return "replaced";
  } catch (error) {
    const gone = "The consent that was there is taken back already.";
    throw error instanceof PartnerCenterError ? error.adding(gone) : error;
  }
}

async function isCustomer(api: PartnerCenter, customer: string): Promise<boolean> {
  const path = `/v1/customers/${encodeURIComponent(customer)}`;
  return (await api.answer({ what: `Looking for customer ${customer}`, path })).status < 300;
}
