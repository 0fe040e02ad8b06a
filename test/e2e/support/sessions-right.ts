import { assignGraphRoles } from "../../../embedded-cloud/testing/directory";
import type { Project } from "./project";

/** Lets the stack's deployer end sessions: that of the embedded cloud has no right to, like most deployers. */
export function letRevokeSessions(project: Project): void {
  letDeployer(project, "User.RevokeSessions.All");
}

/** Gives the stack's deployer application permissions of Microsoft Graph. */
export function letDeployer({ tenant, seeds }: Project, ...permissions: string[]): void {
  const deployer = tenant.servicePrincipals.get(seeds.deployer.servicePrincipalId);
  if (deployer === undefined) throw new Error("The seeds have no deployer.");
  assignGraphRoles(tenant, deployer, permissions);
}
