import { cloudNames } from "../../../config/clouds";
import { partsOf } from "../../../errors/failure";
import { run, sentence, setSetting } from "../../../errors/fix";
import { textOf } from "../../../errors/text";
import { exitCodes, UsageError } from "../../exit-code";
import type { Check } from "../check";
import { failed, ok } from "../finding";

const nameCloud = [
  sentence(`Name one: --cloud ${cloudNames.join(" | ")}`),
  run("For a stack", setSetting("cloud", "<cloud>")),
];
const checkNetwork = sentence(
  "Check the network, the proxy, and the endpoints (secure-application-model:endpoints, --endpoints)",
);

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
      const reason = textOf({ what, why });
      return failed(`${name}, but its authority ${authority} does not answer: ${reason}`, [...fixes, checkNetwork]);
    }
    return ok(`${name}; ${authority} answers`);
  },
};
