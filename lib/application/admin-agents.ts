/** The group AdminAgents, by its name: Partner Center makes it in each tenant of a Cloud Solution Provider. */
import { az, byPerson, Failure, namespace, type Parts, pulumi, run, setSetting } from "../errors/failure";
import type { Directory } from "./directory";

export const adminAgentsName = "AdminAgents";

/** @returns its object id @throws Failure where there is not exactly one */
export async function findAdminAgents(directory: Directory): Promise<string> {
  const [only, another] = await directory.groupsNamed(adminAgentsName);
  if (only === undefined) throw new Failure("admin-agents", noGroup);
  if (another !== undefined) throw new Failure("admin-agents", twoGroups);
  return only.id;
}

export const noGroup: Parts = {
  what: "This tenant has no group AdminAgents, so it is not the tenant of a Cloud Solution Provider, or Partner Center was never set up in it.",
  fixes: [
    byPerson("Check the tenant", pulumi("config", "get", `${namespace}:tenantId`)),
    run("Leave the pre-consent out", setSetting("configurePreconsent", "false")),
  ],
};

export const twoGroups: Parts = {
  what: "This tenant has more than one group AdminAgents, and joining the wrong group would grant nothing, or too much.",
  fixes: [
    byPerson(
      "Rename the group that is not Partner Center's, then run this again. This shows both",
      az("ad", "group", "list", "--display-name", adminAgentsName),
    ),
  ],
};
