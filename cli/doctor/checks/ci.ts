/** Who may give a bootstrap stack's rights, and whether anybody reaches its identities alone. */
import { refusalOf } from "../../../lib/ci-identities/administrator";
import { daysOfLostContainer, makeContainer } from "../../../lib/ci-identities/look-state";
import type { StatePlace } from "../../../lib/ci-identities/state";
import { byPerson, ownCommand, pulumi, run, sentence } from "../../../lib/errors/failure";
import { blobContainer } from "../../engine/preview-failure";
import { type Check, check, failed, ok, saidOf, skipped } from "../check";
import { type Facts, requireFact } from "../facts";

/** Checks of what one person can do alone, on GitHub only: Azure DevOps is left out. */
const onGithub = (name: string, title: string, which: "visibility" | "main" | "environments") =>
  check(name, title, ["stack"], {
    look: async (facts) =>
      (await facts.repository())?.[which] ?? skipped("not checked: check Azure DevOps yourself (docs/ci.md)"),
  });

/** The container that the stack has made, and for how many days it can be restored where Azure has it no more. */
async function madeContainer(facts: Facts): Promise<{ place: StatePlace; days: number | undefined } | undefined> {
  const { state } = (await requireFact(facts.bootstrap, "bootstrap stack")).settings.ci;
  const isMade = (await facts.deployment())?.resources.some(({ type }) => type === blobContainer);
  if (state === undefined || isMade !== true) return undefined;
  const api = await facts.resourceManager();
  const places = (await facts.subscriptions()).map((subscriptionId) => ({ ...state, subscriptionId }));
  const all = await Promise.all(places.map(async (place) => ({ place, days: await daysOfLostContainer(api, place) })));
  return all.find(({ days }) => days !== undefined) ?? all[0];
}

/** The engine's refresh ends at it, in every run. */
const containerCheck = check("ci-container", "Container of the state", ["stack", "login"], {
  only: "stack",
  look: async (facts) => {
    const made = await madeContainer(facts);
    if (made === undefined) return skipped("this stack has none");
    const { place, days } = made;
    const name = `${place.container} of ${place.account}`;
    if (days === undefined) return ok(`${name} is there`);
    const gone = `${name} is gone, with the states of the stacks, and up, drift and destroy of this stack end at it`;
    if (days > 0) {
      const where = `Azure portal, storage account ${place.account}, Containers, Show deleted containers`;
      return failed(gone, [
        sentence(`Restore it with its content, for ${days} more days: ${where}.`),
        byPerson("After a destroy that was interrupted, go on with it", pulumi("destroy", "--refresh=false")),
      ]);
    }
    return failed(
      `${gone}; it cannot be restored any more`,
      run("Create it again, empty, and deploy again", ownCommand("doctor", "--fix"), pulumi("up")),
    );
  },
  /** A new one would take the place of one that can be restored. */
  repair: async (facts) => {
    const { place, days } = await requireFact(() => madeContainer(facts), "container");
    if (days !== 0) return "";
    await makeContainer(await facts.resourceManager(), place);
    return `Made the container ${place.container} of ${place.account} anew: it is empty.`;
  },
});

export const ciChecks: readonly Check[] = [
  check("ci-administrator", "Who runs this stack", ["stack", "tenant", "login"], {
    look: async (facts) => {
      const refusal = refusalOf(await facts.graphLogin());
      if (refusal !== undefined) return failed(saidOf(refusal), refusal.fixes);
      return ok("may give the identities of CI their permissions of Microsoft Graph");
    },
  }),
  containerCheck,
  onGithub("ci-repository", "Repository", "visibility"),
  onGithub("ci-main", "Branch main", "main"),
  onGithub("ci-environments", "Environments of the jobs", "environments"),
  check("ci", "Identities of CI", ["stack"], {
    look: async (facts) => {
      const { name, environments } = await requireFact(facts.bootstrap, "bootstrap stack");
      const changed = byPerson("See what was changed or added since", ownCommand("drift", "--stack", name));
      return skipped("not checked here: Azure roles, taken names, stacks", [
        byPerson("Check them", pulumi("preview", "--stack", name)),
        ...(environments ? [changed] : []),
      ]);
    },
  }),
];
