/** Who may give a bootstrap stack's rights, and whether anybody reaches its identities alone. */
import { refusalOf } from "../../../lib/ci-identities/administrator";
import { byPerson, ownCommand, pulumi } from "../../../lib/errors/failure";
import { type Check, check, failed, ok, saidOf, skipped } from "../check";
import { found } from "../facts";

/** What GitHub lets one person do alone; of Azure DevOps nothing is looked at. */
const onGithub = (name: string, title: string, which: "visibility" | "main" | "environments") =>
  check(name, title, ["stack"], {
    look: async (facts) =>
      (await facts.repository())?.[which] ?? skipped("not checked: check Azure DevOps yourself (docs/ci.md)"),
  });

export const ciChecks: readonly Check[] = [
  check("ci-administrator", "Who runs this stack", ["stack", "tenant", "login"], {
    look: async (facts) => {
      const refusal = refusalOf(await facts.graphLogin());
      if (refusal !== undefined) return failed(saidOf(refusal), refusal.fixes);
      return ok("may give the identities of CI their permissions of Microsoft Graph");
    },
  }),
  onGithub("ci-repository", "Repository", "visibility"),
  onGithub("ci-main", "Branch main", "main"),
  onGithub("ci-environments", "Environments of the jobs", "environments"),
  check("ci", "Identities of CI", ["stack"], {
    look: async (facts) => {
      const { name, environments } = await found(facts.bootstrap, "bootstrap stack");
      const changed = byPerson("See what was changed or added since", ownCommand("drift", "--stack", name));
      return skipped("not checked here: Azure roles, taken names, stacks", [
        byPerson("Check them", pulumi("preview", "--stack", name)),
        ...(environments ? [changed] : []),
      ]);
    },
  }),
];
