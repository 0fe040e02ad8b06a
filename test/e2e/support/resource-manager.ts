/** Resource Manager as the deployer: what an administrator could do. */
import { ClientSecretCredential } from "@azure/identity";
import { randomUUID } from "node:crypto";
import { roleDefinitions } from "../../../local/emulator/resource-manager/role-definitions";
import type { Project } from "./project";

/** Gives a principal a built-in role. @param scope below the subscription */
export async function assignRole(
  { cloud, seeds }: Project,
  role: string,
  principalId: string,
  scope: string,
): Promise<void> {
  const { deployer, partner, subscription } = seeds;
  const { authority, resourceManager } = cloud.origins;
  const credential = new ClientSecretCredential(partner.id, deployer.clientId, deployer.clientSecret, {
    authorityHost: authority,
    disableInstanceDiscovery: true,
  });
  const { token } = await credential.getToken(`${resourceManager}/.default`);
  const id = roleDefinitions.find(({ roleName }) => roleName === role)?.id ?? role;
  const inSubscription = `/subscriptions/${subscription.id}`;
  const assignments = "providers/Microsoft.Authorization/roleAssignments";
  const path = `${inSubscription}${scope}/${assignments}/${randomUUID()}?api-version=2022-04-01`;
  const roleDefinitionId = `${inSubscription}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
  const response = await fetch(`${resourceManager}${path}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ properties: { roleDefinitionId, principalId, principalType: "ServicePrincipal" } }),
  });
  if (!response.ok) throw new Error(`Resource Manager answered ${response.status} to ${role} at ${scope}`);
}
