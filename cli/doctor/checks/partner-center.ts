import { az, ownCommand, run } from "../../../errors/fix";
import { firstPartyApps } from "../../../config/clouds";
import type { Check } from "../check";
import { failed, ok } from "../finding";

export const partnerCenterCheck: Check = {
  name: "partner-center",
  title: "Partner Center's service principal",
  needs: ["tenant", "login"],
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const principal = await (await facts.directory()).principalOf(firstPartyApps.partnerCenter);
    if (principal !== undefined) return ok(`object ${principal.id}`);
    return failed("missing in this tenant, so Entra has no token for Partner Center (AADSTS500011, AADSTS650052)", [
      run("Make it", ownCommand("doctor", "--fix")),
      run("By hand", az("ad", "sp", "create", "--id", firstPartyApps.partnerCenter)),
    ]);
  },
  repair: async (facts) => {
    await (await facts.directory()).createPrincipal(firstPartyApps.partnerCenter);
    return `Made Partner Center's service principal (${firstPartyApps.partnerCenter}).`;
  },
};
