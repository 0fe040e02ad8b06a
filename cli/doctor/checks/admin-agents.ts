import { isMember } from "../../../application/applications";
import { az, pulumi, run, sentence, setSetting } from "../../../errors/fix";
import type { Check } from "../check";
import { failed, type Finding, ok, warning } from "../finding";

const groupName = "AdminAgents";

export const adminAgentsCheck: Check = {
  name: "admin-agents",
  title: "AdminAgents",
  needs: ["tenant", "login"],
  right: "GroupMember.Read.All or Directory.Read.All on Microsoft Graph",
  look: async (facts) => {
    const directory = await facts.directory();
    const groups = await directory.groupsNamed(groupName);
    const preconsent = (await facts.stack())?.settings.configurePreconsent;
    const clientId = await facts.clientId();
    const principal = clientId === undefined ? undefined : await directory.principalOf(clientId);
    const [only] = groups;
    const joined = only && principal && (await isMember(directory.graph, only.id, principal.id));
    return judgeAdminAgents(groups.length, preconsent, joined);
  },
};

const checkTenant = sentence("Check the tenant");
const renameGroups = run("Rename all but Partner Center's", az("ad", "group", "list", "--display-name", groupName));
const withoutPreconsent = run("Leave pre-consent out", setSetting("configurePreconsent", "false"));

/**
 * @param preconsent whether the stack wants it; undefined: no stack was named
 * @param joined whether the application is a member; undefined: there is none yet
 */
export function judgeAdminAgents(count: number, preconsent: boolean | undefined, joined: boolean | undefined): Finding {
  if (count !== 1) {
    const found =
      count === 0
        ? "the tenant has no such group: it is no Cloud Solution Provider's, or Partner Center was never set up in it"
        : `the tenant has ${count} groups of that name, and joining the wrong one grants nothing, or too much`;
    const fixes = [count === 0 ? checkTenant : renameGroups, withoutPreconsent];
    return preconsent === false
      ? warning(`${found}; pre-consent is disabled, so it is not needed`, fixes)
      : failed(found, fixes);
  }
  if (preconsent === true && joined === false) {
    return failed("exactly one, but the application is not in it", run("Put it back", pulumi("up", "--refresh")));
  }
  return ok(`exactly one${joined === true ? ", and the application is in it" : ""}`);
}
