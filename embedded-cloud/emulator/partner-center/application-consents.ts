import * as v from "valibot";
import type { ApplicationConsent, Customer } from "../context";
import { PartnerCenterError } from "./errors";

const text = v.pipe(v.string(), v.nonEmpty());
const consentShape = v.object({
  applicationId: v.pipe(v.string(), v.uuid()),
  displayName: v.nullish(v.string(), null),
  applicationGrants: v.pipe(
    v.array(v.object({ enterpriseApplicationId: v.pipe(v.string(), v.uuid()), scope: text })),
    v.minLength(1),
  ),
});

/**
 * Consents to an application in a customer's name.
 *
 * @throws PartnerCenterError 400 for another body, 409 when the customer has the application already
 */
export function addConsent(customer: Customer, body: unknown): ApplicationConsent {
  const { success, output, issues } = v.safeParse(consentShape, body);
  if (!success) {
    const problems = issues.map((issue) => `${v.getDotPath(issue) ?? "body"}: ${issue.message}`);
    throw new PartnerCenterError(400, problems.join("; "));
  }
  if (customer.applicationConsents.has(output.applicationId)) {
    throw new PartnerCenterError(409, "Permission entry already exists.");
  }
  customer.applicationConsents.set(output.applicationId, output);
  return output;
}

/** @throws PartnerCenterError 404 */
export function requireConsent(customer: Customer, applicationId: string): ApplicationConsent {
  const found = customer.applicationConsents.get(applicationId);
  if (found !== undefined) return found;
  throw new PartnerCenterError(404, `Customer ${customer.id} has no consent for application ${applicationId}.`);
}
