/** What a refusal in a customer's tenant means: the same numbers as at home, and another step that helps. */
import type { Cloud } from "../config/clouds";
import { byPerson, ownCommand, run } from "../errors/failure";
import { EntraError, type Remedy } from "../oauth/aadsts";
import { tenantIdOf } from "./partner-token";

const byConsent: readonly Remedy[] = ["permission", "customer-consent", "tenant"];
/** The customer's tenant is there, and the application is not: a matter of consent, not of a wrong tenant. */
const absentApplication = 700016;

/** The refusal with the customer's own fix; any other failure unchanged. */
export function inCustomerTenant(error: unknown, tenantId: string): unknown {
  if (!(error instanceof EntraError) || !byConsent.includes(error.remedy)) return error;
  if (error.remedy === "tenant" && error.aadsts !== absentApplication) return error;
  const { what, why = "" } = error;
  const consent = run(
    "Consent to the application there, for this resource (--grant names resources and scopes)",
    ownCommand("customers", "consent", tenantId),
  );
  const said = { what, why: `${why} This is customer tenant ${tenantId}.` };
  return new EntraError(error.error, error.aadsts, "customer-consent", said, consent);
}

/** A customer's tenant as a GUID. @throws EntraError, which for a domain that nobody has names the customers' list, not the stack's settings */
export async function customerTenantId(cloud: Cloud, customer: string): Promise<string> {
  try {
    return await tenantIdOf(cloud, customer);
  } catch (error) {
    if (!(error instanceof EntraError) || error.remedy !== "tenant") throw error;
    const { what, why } = error;
    const list = byPerson("Customers and their tenants", ownCommand("customers", "list"));
    throw new EntraError(error.error, error.aadsts, error.remedy, { what, why }, list);
  }
}
