/** What stands in a stack's state and a refresh would run: the code of dynamic resources, and the addresses that plugins come from. */
import { byPerson, type Parts, pulumi } from "../errors/failure";
import { providerCode, providerModules } from "../startup/provider-code";
import type { Deployment, StateResource } from "./doctor/deployment";
import { resourceName } from "./drift/resource-name";

/** Every version of the program has written the same: test/cli/state-code.test.ts compares the states of those before. */
const own = new Set<unknown>(providerModules.map(providerCode));

/** A ciphertext is strange too: the engine would decrypt it, and nobody sees what it runs. */
function isStrange({ type, inputs, outputs }: StateResource): boolean {
  const isForeign = (properties: StateResource["inputs"] = {}) =>
    "__provider" in properties && !own.has(properties["__provider"]);
  return (
    isForeign(inputs) ||
    isForeign(outputs) ||
    (type.startsWith("pulumi:providers:") && JSON.stringify([inputs, outputs]).includes('"pluginDownloadURL":'))
  );
}

/** @returns undefined where all of it is this program's */
export function strangeCodeIn(stack: string, { resources, pending }: Deployment): Parts | undefined {
  const strange = [...resources, ...pending.map(({ resource }) => resource)].filter(isStrange);
  if (strange.length === 0) return undefined;
  const names = [...new Set(strange.map(resourceName))].join(" and ");
  return {
    what: `Stack ${stack}: its state holds code that this program did not write, in ${names}. None of it was run.`,
    why: "A refresh runs it with all rights of who starts it, and whoever may write to the state can put it there.",
    fixes: [
      byPerson(
        "Find out who wrote it, and bring back the state of before",
        pulumi("stack", "import", "--file", "<backup>"),
      ),
    ],
  };
}
