import { type Chapter, helpOf } from "../chapter";
import { entraRefusesTheToken } from "../conditions";

/** What keeps a token alive without a person. */
export const renew: Chapter = {
  title: "renew",
  prose: "Redeems each refresh token, stores the one that Entra gives in its place, and disables the older versions.",
  sections: [
    helpOf("renew"),
    { title: "Renewing", prose: "The 90 days begin again.", command: "secure-app-model renew" },
    {
      title: "Only when it is old",
      prose: "A job may run as often as it likes: a young token is kept.",
      command: "secure-app-model renew --if-older-than 7d",
    },
    {
      title: "Renewing, as JSON",
      prose: "With an exit code for each token.",
      command: "secure-app-model renew --json",
    },
    {
      title: "Renewing a revoked token",
      prose: "Only a person can help. The token in the vault stays as it is.",
      command: "secure-app-model renew",
      exitCode: 3,
      given: [entraRefusesTheToken(50173)],
    },
    {
      title: "What is no age",
      prose: "Days, hours or minutes.",
      command: "secure-app-model renew --if-older-than week",
      exitCode: 2,
    },
  ],
};
