/** What would end the next preview, or be said in it. */
import { byPerson, pulumi, sentence } from "../../../lib/errors/failure";
import { check, failed, ok, saidOf, skipped, warning } from "../check";
import { isOfApplication } from "./application";

export const previewCheck = check("preview", "What a preview looks up", ["tenant", "login", "interrupted"], {
  only: "stack",
  look: async (facts) => {
    const found = await facts.lookedUp();
    if (found === undefined) return skipped("its program is your own, which looks nothing up");
    const { refusal, warnings } = found;
    if (isOfApplication(refusal)) return skipped("skipped", sentence("First repair: Application"));
    if (refusal !== undefined) return failed(saidOf(refusal.parts), refusal.parts.fixes ?? []);
    if (warnings.length > 0) return warning(warnings.join(" "), byPerson("See it", pulumi("preview")));
    return ok("nothing that would end it");
  },
});
