import { cloudNames } from "../../../config/clouds";
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
      return failed(
        `${name}, but its authority ${authority} does not answer: ${(error as Error).message}`,
        "Check the network, the proxy, and the endpoints (secure-application-model:endpoints, --endpoints)",
      );
    }
    return ok(`${name}; ${authority} answers`);
  },
};
