import * as authorization from "@pulumi/azure-native/authorization";
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { guidOf } from "../lib/application/identifier";
import { roleIds, type RoleName } from "../lib/azure/roles";

/** Without its type an assignment fails until the principal is replicated. */
export type Principal = Record<"principalId" | "principalType", pulumi.Input<string>>;

/** @param subscriptionId of the role's definition */
export function assignRole(
  name: string,
  role: RoleName,
  scope: pulumi.Input<string>,
  principal: Principal,
  subscriptionId: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  const id = roleIds[role];
  const inputs = {
    scope,
    roleDefinitionId: pulumi.interpolate`/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${id}`,
    roleAssignmentName: pulumi
      .all([scope, principal.principalId])
      .apply(([at, assigned]) => guidOf(at.toLowerCase(), id, assigned)),
    ...principal,
  };
  return new authorization.RoleAssignment(name, inputs, opts);
}

export function deployerOf(parent: pulumi.Resource): Principal {
  const { objectId } = azuread.getClientConfigOutput({ parent });
  const { type } = azuread.getDirectoryObjectOutput({ objectId }, { parent });
  return { principalId: objectId, principalType: type };
}

/** For an assignment to the deployer: a laptop and CI are two, and it must not change with every run. */
export const ofFirstDeployer = { ignoreChanges: ["principalId", "principalType", "roleAssignmentName"] };
