import { SettingsError } from "../../../config/settings";
import { exitCodes, UsageError } from "../../exit-code";
import type { Check } from "../check";
import { failed, ok } from "../finding";

/** Only where a stack was named. */
export const stackCheck: Check = {
  name: "stack",
  title: "Stack",
  needs: ["engine"],
  look: async (facts) => {
    const name = facts.options.stack ?? "";
    try {
      const stack = await facts.stack();
      const deployed = stack?.outputs.applicationId !== undefined;
      return ok(
        `${name}: its configuration is right, ${deployed ? "and it is deployed" : "and nothing is deployed yet"}`,
      );
    } catch (error) {
      if (error instanceof SettingsError) {
        return failed(error.message.trim(), "Run the commands above, each behind its `fix:`", exitCodes.usage);
      }
      if (!(error instanceof UsageError)) throw error;
      return failed(error.message, "Name one of those that are there: pulumi stack ls", exitCodes.usage);
    }
  },
};
