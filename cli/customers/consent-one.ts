/** Consents for one customer, alone or as one of thousands. */
import { type Failure, ownCommand, run } from "../../errors/failure";
import {
  addConsent,
  type ApplicationConsent,
  type ApplicationGrant,
  replaceConsent,
} from "../../partner-center/application-consents";
import { CustomerConsentError } from "./errors";
import { type Difference, differenceOf, grantedThere, sentencesOf } from "./granted";
import type { Partner } from "./partner";

export type Outcome = "consented" | "already" | "replaced";

/** The existing consent differs from the requested one. @param words the options that request it again */
export function otherConsent(
  applicationId: string,
  customer: string,
  difference: Difference,
  argv: readonly string[],
): Failure {
  return new CustomerConsentError(
    "customer-consent-different",
    {
      what: `Application ${applicationId} has another consent for customer ${customer}.`,
      why: sentencesOf(difference),
    },
    run("Replace it", ownCommand("customers", "consent", customer, "--replace", ...argv)),
  );
}

/**
 * For one of many: Partner Center's success response is trusted for a new consent, and an existing one is read by redeeming.
 * @param words the options that request the same grants again
 * @throws Failure for a different existing consent, unless it may be replaced
 */
export async function consentAmongMany(
  partner: Partner,
  customer: string,
  wanted: ApplicationConsent,
  { replace = false, argv }: { replace?: boolean | undefined; argv: readonly string[] },
): Promise<Outcome> {
  const { api, cloud } = partner;
  const outcome = await addConsent(api, customer, wanted);
  if (outcome === "consented") return outcome;
  const granted = await grantsAt(partner, customer, wanted.grants);
  const difference = differenceOf(cloud, wanted.grants, granted);
  if (difference === undefined) return outcome;
  if (replace) return await replaceConsent(api, customer, wanted);
  throw otherConsent(wanted.applicationId, customer, difference, argv);
}

/** The scopes of these resources from redemptions in a customer's tenant; a few customers at a time. */
export async function grantsAt(
  partner: Partner,
  customer: string,
  grants: readonly ApplicationGrant[],
): Promise<ApplicationGrant[]> {
  return await partner.redeeming(() => grantedThere(partner.redeemerFor(customer), grants));
}
