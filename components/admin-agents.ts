import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";

/** Finds the group by its display name, as the model does; the provider's own errors name a filter, not the reason. */
export async function adminAgents(opts: pulumi.InvokeOptions): Promise<string> {
  try {
    const group = await azuread.getGroup({ displayName: "AdminAgents" }, opts);
    return group.objectId;
  } catch (error) {
    const text = (error as Error).message;
    if (text.includes("No group found")) {
      throw new pulumi.RunError(
        "This tenant has no group AdminAgents, so it is not the tenant of a Cloud Solution Provider, or Partner Center was never set up in it.\n" +
          "Check the tenant (pulumi config get secure-application-model:tenantId), or leave the pre-consent out:\n" +
          "  pulumi config set secure-application-model:configurePreconsent false",
      );
    }
    if (text.includes("More than one group")) {
      throw new pulumi.RunError(
        "This tenant has more than one group AdminAgents, and joining the wrong one would grant nothing, or too much.\n" +
          "Rename the one that is not Partner Center's (az ad group list --display-name AdminAgents shows both), then run this again.",
      );
    }
    throw error;
  }
}
