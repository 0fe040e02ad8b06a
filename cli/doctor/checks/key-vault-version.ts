/** Whether the stack is recorded with the API version of Key Vault that this program uses. */
import { isFormerType, moveToCurrentVersion } from "../../../lib/azure/key-vault";
import { kindIn, nameIn } from "../../engine/deployment";
import { check, failed, ok, skipped, warning } from "../check";

export const keyVaultVersionCheck = check("key-vault-version", "Version of Key Vault's API", ["stack"], {
  only: "stack",
  look: async (facts) => {
    const resources = (await facts.deployment())?.resources ?? [];
    if (resources.length === 0) return skipped("nothing is deployed yet");
    const former = resources.filter(({ type }) => isFormerType(type));
    if (former.length === 0) return ok("this program's, everywhere in the state");
    const { what, fix, isOver } = moveToCurrentVersion(facts.options.stack);
    const names = former.map(({ type, urn }) => `${kindIn(type)} ${nameIn(urn)}`);
    const found = `${what} (${names.join(", ")})`;
    return isOver ? failed(found, fix) : warning(found, fix);
  },
});
