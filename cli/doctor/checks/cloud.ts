import { cloudNames } from "../../../config/clouds";
import { partsOf } from "../../../errors/failure";
import { run, sentence, setSetting } from "../../../errors/fix";
import { textOf } from "../../../errors/text";
import { endpointsFix } from "../../../oauth/remedies";
import { exitCodes, UsageError } from "../../exit-code";
import type { Check } from "../check";
import { failed, ok } from "../finding";

const nameCloud = [
  sentence(`Name one: --cloud ${cloudNames.join(" | ")}`),
  run("For a stack", setSetting("cloud", "<cloud>")),
];

export const cloudCheck: Check = {
  name: "cloud",
  title: "Cloud",
  needs: ["stack"],
  look: async (facts) => {
    try {
      await facts.cloud();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return failed(textOf({ what: error.what, why: error.why }), nameCloud, exitCodes.usage);
    }
    const { name, authority } = await facts.cloud();
    try {
      await facts.authority();
    } catch (error) {
      const { what, why, fixes = [] } = partsOf(error);
      const found = `${name}, but its authority does not answer: ${textOf({ what, why })}`;
      return failed(found, [...fixes, endpointsFix]);
    }
    return ok(`${name}; ${authority} answers`);
  },
};
