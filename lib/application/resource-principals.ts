/** The service principals of the requested resources, without which a tenant can grant no permission. */
import { firstPartyApps } from "../config/clouds";
import { az, Failure, run, setSetting } from "../errors/failure";
import type { ServicePrincipal } from "./applications";
import type { Directory } from "./directory";

/** @throws Failure with the command that creates the service principal, if this tenant has none */
export async function requireResource(
  directory: Directory,
  resource: string,
  resourceAppId: string,
): Promise<ServicePrincipal> {
  const principal = await directory.principalOf(resourceAppId);
  if (principal !== undefined) return principal;
  const make = run("Make it", az("ad", "sp", "create", "--id", resourceAppId));
  const isRetired = resourceAppId === firstPartyApps.azureAdGraph;
  const leaveOut = run("Leave out that resource, which is retired", setSetting("permissions.legacy", "false"));
  throw new Failure(
    "resource-missing",
    {
      what: `This tenant has no service principal of ${resource} (${resourceAppId}).`,
      why: "Nobody can consent to its permissions, and Entra has no token for it (AADSTS650052, AADSTS500011).",
    },
    ...(isRetired ? [leaveOut] : []),
    make,
  );
}
