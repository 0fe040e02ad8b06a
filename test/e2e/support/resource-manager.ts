/** Resource Manager with the deployer's token, for an administrator's actions. */
import { randomUUID } from "node:crypto";
import { roleDefinitions } from "../../../embedded-cloud/testing/azure";
import { asking } from "../../../embedded-cloud/testing/callers";
import { deployerCredential } from "./deployer";
import type { Project } from "./project";

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
