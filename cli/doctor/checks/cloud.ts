import { cloudNames } from "../../../config/clouds";
import { partsOf } from "../../../errors/failure";
import { fixesText, textOf } from "../../../errors/text";
import { endpointsFix } from "../../../oauth/unreachable";
import { exitCodes, UsageError } from "../../exit-code";
import type { Check } from "../check";
import { failed, ok } from "../finding";

export const cloudCheck: Check = {
  name: "cloud",
  title: "Cloud",
  needs: ["stack"],
  look: async (facts) => {
    try {
      await facts.cloud();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const fix = `Name one: --cloud ${cloudNames.join(" | ")}, or pulumi config set secure-application-model:cloud <cloud>`;
      return failed(error.message, fix, exitCodes.usage);
    }
    const { name, authority } = await facts.cloud();
    try {
      await facts.authority();
    } catch (error) {
      const { what, why, fixes = [] } = partsOf(error);
      return failed(
        `${name}, but its authority does not answer: ${textOf({ what, why })}`,
        fixesText([...fixes, endpointsFix]),
      );
    }
    return ok(`${name}; ${authority} answers`);
  },
};
