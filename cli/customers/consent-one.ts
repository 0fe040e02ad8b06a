/** Consenting for one customer, alone or among thousands. */
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

/** Another consent is there than the one that was asked for. @param words the options that ask for it again */
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
 * For one of many: what Partner Center says it has made is taken for made, and what was there before is read by redeeming.
 * @param words the options that ask for the same grants again
 * @throws Failure for another consent that is there, unless it is to give way
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

/** What a redemption in a customer's tenant brings of these resources; a few customers at a time. */
export async function grantsAt(
  partner: Partner,
  customer: string,
  grants: readonly ApplicationGrant[],
): Promise<ApplicationGrant[]> {
  return await partner.redeeming(() => grantedThere(partner.redeemerFor(customer), grants));
}
