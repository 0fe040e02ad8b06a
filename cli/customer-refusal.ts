/** What a refusal in a customer's tenant means: the same numbers as at home, and another step that helps. */
import type { Cloud } from "../config/clouds";
import { EntraError, fixes, type Remedy } from "../oauth/aadsts";
import { tenantIdOf } from "./partner-token";

const byConsent: readonly Remedy[] = ["permission", "customer-consent", "tenant"];
/** The customer's tenant is there, and the application is not: a matter of consent, not of a wrong tenant. */
const absentApplication = 700016;

/** The refusal with the customer's own fix; any other failure unchanged. */
export function inCustomerTenant(error: unknown, tenantId: string): unknown {
  if (!(error instanceof EntraError) || !byConsent.includes(error.remedy)) return error;
  if (error.remedy === "tenant" && error.aadsts !== absentApplication) return error;
  const said = error.message.replace(fixes[error.remedy], "").trimEnd();
  return new EntraError(
    error.error,
    error.aadsts,
    "customer-consent",
    `${said} This is customer tenant ${tenantId}: consent to the application there, for this resource: ` +
      `secure-app-model customers consent ${tenantId} (--grant names resources and scopes)`,
  );
}

/** A customer's tenant as a GUID. @throws EntraError, which for a domain that nobody has names the customers' list, not the stack's settings */
export async function customerTenantId(cloud: Cloud, customer: string): Promise<string> {
  try {
    return await tenantIdOf(cloud, customer);
  } catch (error) {
    if (!(error instanceof EntraError) || error.remedy !== "tenant") throw error;
    const said = error.message.replace(fixes.tenant, "").trimEnd();
    const fix = "Customers and their tenants: secure-app-model customers list";
    throw new EntraError(error.error, error.aadsts, error.remedy, `${said} ${fix}`);
  }
}
