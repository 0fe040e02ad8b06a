/** The deployer of a stack, used for an administrator's actions, and what it may do. */
import { randomUUID } from "node:crypto";
import { ClientSecretCredential } from "@azure/identity";
import { assignGraphRoles } from "../../../tools/embedded-cloud/testing/directory";
import { roleDefinitions } from "../../../tools/embedded-cloud/testing/azure";
import { asking } from "../../../tools/embedded-cloud/testing/callers";
import type { Project } from "./project";

export function deployerCredential({ cloud, seeds }: Project): ClientSecretCredential {
  const { deployer, partner } = seeds;
  return new ClientSecretCredential(partner.id, deployer.clientId, deployer.clientSecret, {
    authorityHost: cloud.origins.authority,
    disableInstanceDiscovery: true,
  });
}

/** Lets the stack's deployer end sessions: that of the embedded cloud has no right to, like most deployers. */
export function letRevokeSessions(project: Project): void {
  permit(project, project.seeds.deployer.servicePrincipalId, ["User.RevokeSessions.All"]);
}

export function permit({ tenant }: Project, principalId: string, permissions: readonly string[]): void {
  const principal = tenant.servicePrincipals.get(principalId);
  if (principal === undefined) throw new Error(`There is no service principal ${principalId}.`);
  assignGraphRoles(tenant, principal, permissions);
}

/** Assigns a built-in role to a principal. @param scope below the subscription */
export async function assignRole(project: Project, role: string, principalId: string, scope: string): Promise<void> {
  const { resourceManager } = project.cloud.origins;
  const { token } = await deployerCredential(project).getToken(`${resourceManager}/.default`);
  const id = roleDefinitions.find(({ roleName }) => roleName === role)?.id ?? role;
  const inSubscription = `/subscriptions/${project.seeds.subscription.id}`;
  const assignments = "providers/Microsoft.Authorization/roleAssignments";
  const path = `${inSubscription}${scope}/${assignments}/${randomUUID()}?api-version=2022-04-01`;
  const roleDefinitionId = `${inSubscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
  const { status } = await asking(resourceManager, `Bearer ${token}`)("PUT", path, {
    properties: { roleDefinitionId, principalId, principalType: "ServicePrincipal" },
  });
  if (status !== 201) throw new Error(`Resource Manager answered ${status} to ${role} at ${scope}`);
}
