/** Refusals in a customer's tenant: the same numbers as in the partner's own, but with other fixes. */
import type { Cloud } from "../config/clouds";
import { isGuid } from "../config/limits";
import { isNotGranted } from "../consent/granted";
import { byPerson, ownCommand, run } from "../errors/failure";
import { EntraError, type Remedy } from "../oauth/aadsts";
import { UsageError } from "./exit-code";
import { isDomain, tenantIdOf } from "./partner-token";

const byConsent: readonly Remedy[] = ["permission", "customer-consent", "tenant"];
/** The customer's tenant exists, but not the application in it: the consent is missing, the tenant is right. */
const absentApplication = 700016;

/** The refusal with the customer's own fix; any other failure unchanged. */
export function inCustomerTenant(error: unknown, tenantId: string): unknown {
  if (!(error instanceof EntraError) || !byConsent.includes(error.remedy)) return error;
  if (error.remedy === "tenant" && error.aadsts !== absentApplication) return error;
  const { what, why = "" } = error;
  const consent = ownCommand("customers", "consent", tenantId);
  // A consent without this resource must be replaced.
  const anew = ownCommand(...consent.args, "--replace", "--grant", "<grant>");
  const fix = isNotGranted(error)
    ? run("Consent to the application there anew, for each resource that is needed (--grant graph=User.Read)", anew)
    : run("Consent to the application there, for this resource (--grant names resources and scopes)", consent);
  const said = { what, why: `${why} This is customer tenant ${tenantId}.` };
  return new EntraError(error.error, error.aadsts, "customer-consent", said, fix);
}

const list = byPerson("Customers and their tenants", ownCommand("customers", "list"));

/**
 * A customer's tenant as a GUID.
 * @throws UsageError for a name or nothing; EntraError, which for a domain that nobody has names the customers' list, not the stack's settings
 */
export async function customerTenantId(cloud: Cloud, customer: string): Promise<string> {
  if (isGuid(customer)) return customer.toLowerCase();
  if (!isDomain(customer)) {
    const isNone = customer.trim() === "";
    throw new UsageError(isNone ? "No customer was named." : `"${customer}" is no tenant id and no domain.`, list);
  }
  try {
    return await tenantIdOf(cloud, customer, "--tenant");
  } catch (error) {
    if (!(error instanceof EntraError) || error.remedy !== "tenant") throw error;
    const { what, why } = error;
    throw new EntraError(error.error, error.aadsts, error.remedy, { what, why }, list);
  }
}
