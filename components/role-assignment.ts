import * as authorization from "@pulumi/azure-native/authorization";
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { guidOf } from "../lib/application/identifier";
import { roleIds, type RoleName } from "../lib/azure/roles";

/** A principal with its type: without the type an assignment fails until the principal is replicated. */
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

/** Options of an assignment to the deployer, which must not change when a laptop and CI deploy in turn. */
export const ofFirstDeployer = { ignoreChanges: ["principalId", "principalType", "roleAssignmentName"] };
