import type { ResourceContext } from "./authorization";
import { ResourceError } from "./errors";
import { subscriptionId } from "./subscriptions";
import type { VaultPropertyValues } from "./vault-properties";

const assignment = "close-vaults";

/** The Azure Policy for vaults: "deny" refuses public access, "modify" disables it. */
export function underPolicy(c: ResourceContext, name: string, properties: VaultPropertyValues): VaultPropertyValues {
  const policy = c.var.subscription.conditions?.publicAccessPolicy;
  if (policy === undefined || properties.publicNetworkAccess?.toLowerCase() === "disabled") return properties;
  if (policy === "modify") return { ...properties, publicNetworkAccess: "Disabled" };
  const id = `${subscriptionId(c.var.subscription)}/providers/Microsoft.Authorization/policyAssignments/${assignment}`;
  const displayName = "Azure Key Vaults should disable public network access";
  throw new ResourceError(
    403,
    "RequestDisallowedByPolicy",
    `Resource '${name}' was disallowed by policy. Policy identifiers: ` +
      `'[{"policyAssignment":{"name":"${displayName}","id":"${id}"}}]'.`,
  );
}
