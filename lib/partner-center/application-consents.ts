/** Consents for customers: they admit a partner's token to a customer's tenant (GDAP). */
import type { PartnerCenter } from "./api";
import { again, run } from "../errors/failure";
import { PartnerCenterError, partnerCenterError, refusal } from "./errors";

export interface ApplicationGrant {
  /** Client id of the resource, e.g. Microsoft Graph's. */
  resourceAppId: string;
  scopes: readonly string[];
}

export interface ApplicationConsent {
  applicationId: string;
  displayName: string;
  grants: readonly ApplicationGrant[];
}

const pathOf = (customer: string): string => `/v1/customers/${encodeURIComponent(customer)}/applicationconsents`;

/** @returns already: there was a consent, maybe with other scopes @throws PartnerCenterError */
export async function addConsent(
  api: PartnerCenter,
  customer: string,
  { applicationId, displayName, grants }: ApplicationConsent,
): Promise<"consented" | "already"> {
  const what = `Consenting to application ${applicationId} for customer ${customer}`;
  const applicationGrants = grants.map(({ resourceAppId: enterpriseApplicationId, scopes }) => {
    // Partner Center expects the scopes as one text, separated by commas.
    return { enterpriseApplicationId, scope: scopes.join(",") };
  });
  const body = { applicationId, displayName, applicationGrants };
  const answer = await api.answer({ what, method: "POST", path: pathOf(customer), body });
  if (answer.status < 300) return "consented";
  if (/permission entry already exists/iu.test(answer.as(refusal).description)) return "already";
  const checkGrants = run(
    "Name the resource by its client id, and its delegated permissions by their names",
    again("--grant", "<resource=scopes>"),
  );
  throw partnerCenterError(what, answer.status, answer.body, checkGrants);
}

/** @returns absent: there was none @throws PartnerCenterError */
export async function removeConsent(
  api: PartnerCenter,
  customer: string,
  applicationId: string,
): Promise<"revoked" | "absent"> {
  const what = `Revoking the consent to application ${applicationId} for customer ${customer}`;
  const path = `${pathOf(customer)}/${encodeURIComponent(applicationId)}`;
  const answer = await api.answer({ what, method: "DELETE", path });
  if (answer.status < 300) return "revoked";
  if (answer.status === 404) {
    // An unknown customer is a 404 as well.
    const look = { what: `Looking for customer ${customer}`, path: `/v1/customers/${encodeURIComponent(customer)}` };
    if ((await api.answer(look)).status < 300) return "absent";
  }
  throw partnerCenterError(what, answer.status, answer.body);
}

/** Replaces a consent: removing and adding it is the only way to change it. @throws PartnerCenterError */
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
    if (!(error instanceof PartnerCenterError)) throw error;
    const { status, number, why, fixes } = error;
    const what = `${error.what} The earlier consent is already revoked.`;
    throw new PartnerCenterError(status, number, { what, why, fixes });
  }
}
