import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { adminAgentsName, noGroup, twoGroups } from "../lib/application/admin-agents";
import { textOf } from "../lib/errors/text";

/** Finds the group by its name; the provider's own error shows a filter instead of the reason. */
export async function adminAgents(opts: pulumi.InvokeOptions): Promise<string> {
  try {
    return (await azuread.getGroup({ displayName: adminAgentsName }, opts)).objectId;
  } catch (error) {
    const text = (error as Error).message;
    const parts = text.includes("No group found")
      ? noGroup
      : text.includes("More than one group")
        ? twoGroups
        : undefined;
    throw parts === undefined ? error : new pulumi.RunError(textOf(parts));
  }
}
