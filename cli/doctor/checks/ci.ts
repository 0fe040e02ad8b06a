/** What a bootstrap stack needs: who runs it may give rights. The rest is looked at by its preview, and by `drift`. */
import { refusalOf } from "../../../ci/administrator";
import { byPerson, ownCommand, present, pulumi } from "../../../errors/failure";
import { check, failed, ok, saidOf, skipped } from "../check";

export const ciAdministratorCheck = check("ci-administrator", "Who runs this stack", ["stack", "tenant", "login"], {
  look: async (facts) => {
    const refusal = refusalOf(await (await facts.access()).graphLogin());
    if (refusal !== undefined) return failed(saidOf(refusal), refusal.fixes);
    return ok("may give the identities of CI permissions of Microsoft Graph");
  },
});

export const ciRestCheck = check("ci", "Identities of CI", ["stack"], {
  look: async (facts) => {
    const { name, isDeployed } = present(await facts.bootstrap(), "A check before this one found a bootstrap stack.");
    const changed = byPerson("See what somebody changed or added since", ownCommand("drift", "--stack", name));
    return skipped("of roles in Azure, names that are taken and the stacks that they are for the preview tells", [
      byPerson("See what is missing, and whether who runs it may make it", pulumi("preview", "--stack", name)),
      ...(isDeployed ? [changed] : []),
    ]);
  },
});
