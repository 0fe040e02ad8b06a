import { SettingsError } from "../../../config/settings";
import { present } from "../../../errors/failure";
import { sentence } from "../../../errors/fix";
import { textOf } from "../../../errors/text";
import { exitCodes, UsageError } from "../../exit-code";
import type { Check } from "../check";
import { failed, ok } from "../finding";

const eachProblem = sentence("Run the commands above, each behind its `fix:`");

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
      const { what, why, problems } = error;
      const fixes = problems === undefined ? error.fixes : eachProblem;
      return failed(textOf({ what, why, problems }), fixes, exitCodes.usage);
    }
  },
};
