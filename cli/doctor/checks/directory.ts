/** What must be in the tenant's directory besides the application. */
import { adminAgentsName, findAdminAgents } from "../../../lib/application/admin-agents";
import { isMember } from "../../../lib/application/applications";
import type { Directory } from "../../../lib/application/directory";
import { makeServicePrincipal } from "../../../lib/application/graph-changes";
import { firstPartyApps } from "../../../lib/config/clouds";
import { az, Failure, hasCode, ownCommand, pulumi, run } from "../../../lib/errors/failure";
import { check, deployAgain, failed, ok, saidOf, warning } from "../check";
import type { Facts } from "../facts";

export const adminAgentsCheck = check("admin-agents", adminAgentsName, ["tenant", "login"], {
  right: "GroupMember.Read.All or Directory.Read.All on Microsoft Graph",
  look: async (facts) => {
    const directory = await facts.directory();
    const preconsent = (await facts.stack())?.settings.configurePreconsent;
    const group = await findAdminAgents(directory).catch((error: unknown) => {
      if (hasCode(error, "admin-agents")) return error;
      throw error;
    });
    if (group instanceof Failure) {
      if (preconsent !== false) return failed(saidOf(group), group.fixes);
      return warning(`${group.what} Pre-consent is disabled, so it is not needed.`, group.fixes.slice(0, 1));
    }
    const clientId = await facts.clientId();
    const principal = clientId === undefined ? undefined : await directory.principalOf(clientId);
    const joined = principal && (await isMember(directory.graph, group, principal.id));
    if (preconsent === true && joined === false) {
      return failed("exactly one, but the application is not in it", run("Put it back", pulumi("up")));
    }
    return ok(`exactly one${joined === true ? ", and the application is in it" : ""}`);
  },
});

/** @returns the group's object id; undefined where the service principal is not in it */
export async function joinedGroup(directory: Directory, principal: string): Promise<string | undefined> {
  const [only] = await directory.groupsNamed(adminAgentsName);
  return only && (await isMember(directory.graph, only.id, principal)) ? only.id : undefined;
}

const repair = run("Make it", ownCommand("doctor", "--fix"));

export const partnerCenterCheck = check("partner-center", "Partner Center's service principal", ["tenant", "login"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const principal = await (await facts.directory()).principalOf(firstPartyApps.partnerCenter);
    if (principal !== undefined) return ok(`object ${principal.id}`);
    return failed("missing in this tenant, so Entra has no token for Partner Center (AADSTS500011, AADSTS650052)", [
      repair,
      run("By hand", az("ad", "sp", "create", "--id", firstPartyApps.partnerCenter)),
    ]);
  },
  repair: async (facts) => {
    await makeServicePrincipal((await facts.directory()).graph, firstPartyApps.partnerCenter);
    return `Created Partner Center's service principal (${firstPartyApps.partnerCenter}).`;
  },
});

/** Whether a stack makes the application, and so its service principal: also one whose first deployment was cut off. */
async function isDeclared(facts: Facts): Promise<boolean> {
  const stack = await facts.stack();
  return stack !== undefined && !("existingApplication" in stack.settings);
}

export const servicePrincipalCheck = check(
  "service-principal",
  "The application's service principal",
  ["application"],
  {
    right: "Application.Read.All on Microsoft Graph",
    look: async (facts) => {
      const clientId = await facts.knownClientId();
      const principal = await (await facts.directory()).principalOf(clientId);
      if (principal === undefined) {
        // A service principal that is made beside the state would end every deployment: it already exists then.
        const fixes = (await isDeclared(facts)) ? deployAgain : [repair, deployAgain];
        return failed("missing: nobody can consent to the application for this tenant", fixes);
      }
      const { id, accountEnabled, appRoleAssignmentRequired } = principal;
      const set = (setting: string) => az("ad", "sp", "update", "--id", clientId, "--set", setting);
      if (!accountEnabled) {
        return failed(`object ${id} is disabled (AADSTS7000112)`, run("Enable it", set("accountEnabled=true")));
      }
      if (appRoleAssignmentRequired) {
        const found = `object ${id} requires an assignment: accounts without one are refused (AADSTS50105)`;
        return warning(found, run("Require none", set("appRoleAssignmentRequired=false")));
      }
      return ok(`object ${id}`);
    },
    repair: async (facts) => {
      const [directory, clientId] = [await facts.directory(), await facts.knownClientId()];
      if ((await directory.principalOf(clientId)) !== undefined) {
        throw new Failure("principal-disabled", "an administrator disabled it, and must enable it");
      }
      if (await isDeclared(facts)) return "";
      await makeServicePrincipal(directory.graph, clientId);
      return `Created the application's service principal (${clientId}).`;
    },
  },
);
