import { Failure } from "../../../errors/failure";
import { az, ownCommand, pulumi, run } from "../../../errors/fix";
import type { Check } from "../check";
import { failed, ok } from "../finding";

export const servicePrincipalCheck: Check = {
  name: "service-principal",
  title: "The application's service principal",
  needs: ["application"],
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const clientId = await facts.knownClientId();
    const principal = await (await facts.directory()).principalOf(clientId);
    if (principal === undefined) {
      return failed("missing: nobody can consent to the application for this tenant", [
        run("Make it", ownCommand("doctor", "--fix")),
        run("Deploy again", pulumi("up", "--refresh")),
      ]);
    }
    if (!principal.accountEnabled) {
      const enable = az("ad", "sp", "update", "--id", clientId, "--set", "accountEnabled=true");
      return failed(`object ${principal.id} is disabled (AADSTS7000112)`, run("Enable it", enable));
    }
    return ok(`object ${principal.id}`);
  },
  repair: async (facts) => {
    const clientId = await facts.knownClientId();
    const directory = await facts.directory();
    if ((await directory.principalOf(clientId)) !== undefined) {
      throw new Failure("principal-disabled", "an administrator disabled it, and has to enable it");
    }
    await directory.createPrincipal(clientId);
    return `Made the application's service principal (${clientId}).`;
  },
};
