import { assignGraphRoles } from "../../../embedded-cloud/emulator/partner-tenant";
import type { Project } from "./project";

/** Lets the stack's deployer end sessions: that of the embedded cloud has no right to, like most deployers. */
export function letRevokeSessions({ cloud, seeds }: Project): void {
  const tenant = cloud.tenants.get(seeds.partner.id);
  const deployer = tenant?.servicePrincipals.get(seeds.deployer.servicePrincipalId);
  if (tenant === undefined || deployer === undefined) throw new Error("The seeds have no deployer.");
  assignGraphRoles(tenant, deployer, ["User.RevokeSessions.All"]);
}
