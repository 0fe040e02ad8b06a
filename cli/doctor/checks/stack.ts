import { SettingsError } from "../../../config/settings";
import { present } from "../../../errors/failure";
import { textOf } from "../../../errors/text";
import { exitCodes, UsageError } from "../../exit-code";
import type { Check } from "../check";
import { failed, ok } from "../finding";

/** Only where a stack was named. */
export const stackCheck: Check = {
  name: "stack",
  title: "Stack",
  needs: ["engine"],
  look: async (facts) => {
    try {
      const { name, outputs } = present(await facts.stack(), "No stack was named.");
      const deployed = outputs.applicationId === undefined ? "nothing is deployed yet" : "it is deployed";
      return ok(`${name}: its configuration is right, and ${deployed}`);
    } catch (error) {
      if (!(error instanceof SettingsError || error instanceof UsageError)) throw error;
      return failed(textOf({ what: error.what, why: error.why }), error.fixes, exitCodes.usage);
    }
  },
};
