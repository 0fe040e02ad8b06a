import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { az, byPerson, namespace, pulumi as pulumiCommand, run, setSetting } from "../lib/errors/failure";
import { textOf } from "../lib/errors/text";

/** Finds the group by its name; the provider's own error shows a filter instead of the reason. */
export async function adminAgents(opts: pulumi.InvokeOptions): Promise<string> {
  const displayName = "AdminAgents";
  try {
    return (await azuread.getGroup({ displayName }, opts)).objectId;
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

const noGroup = {
  what: "This tenant has no group AdminAgents, so it is not the tenant of a Cloud Solution Provider, or Partner Center was never set up in it.",
  fixes: [
    byPerson("Check the tenant", pulumiCommand("config", "get", `${namespace}:tenantId`)),
    run("Leave the pre-consent out", setSetting("configurePreconsent", "false")),
  ],
};

const twoGroups = {
  what: "This tenant has more than one group AdminAgents, and joining the wrong one would grant nothing, or too much.",
  fixes: [
    byPerson(
      "Rename the one that is not Partner Center's, then run this again; this shows both",
      az("ad", "group", "list", "--display-name", "AdminAgents"),
    ),
  ],
};
