import { assignGraphRoles } from "../../../embedded-cloud/testing/directory";
import type { Project } from "./project";

/** Lets the stack's deployer end sessions: that of the embedded cloud has no right to, like most deployers. */
export function letRevokeSessions(project: Project): void {
  letDeployer(project, "User.RevokeSessions.All");
}

/** Gives the stack's deployer application permissions of Microsoft Graph. */
export function letDeployer({ cloud, seeds }: Project, ...permissions: string[]): void {
  const tenant = cloud.tenants.get(seeds.partner.id);
  const deployer = tenant?.servicePrincipals.get(seeds.deployer.servicePrincipalId);
  if (tenant === undefined || deployer === undefined) throw new Error("The seeds have no deployer.");
  assignGraphRoles(tenant, deployer, permissions);
}
